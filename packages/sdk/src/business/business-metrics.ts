/**
 * Counters and values of the business (orders, revenue, epics, tasks) declared once in one place: the declaration is the
 * documentation, and labels are checked by the compiler.
 */
import { Problems } from '../lib/problems.ts';
import type { Registry } from '../metrics/registry.ts';
import type { Counter, Gauge, Histogram } from '../metrics/types.ts';

/** One metric of the business. */
export interface BusinessMetric<TLabel extends string = string> {
  /** `count` only grows, `value` goes up and down, `distribution` shows how values spread. */
  readonly kind: 'count' | 'value' | 'distribution';
  /** What it is, in a sentence. */
  readonly help: string;
  /** Put behind the name, e.g. `eur` for `revenue`: `shop_revenue_eur_total`. */
  readonly unit?: string;
  readonly labels?: readonly TLabel[];
  /** Upper bounds of a distribution, ascending. */
  readonly buckets?: readonly number[];
}

type LabelOf<TMetric> = TMetric extends { readonly labels: readonly (infer TLabel)[] } ? TLabel & string : never;

/** The metrics of a declaration, ready to use. */
export type BusinessMetrics<TDeclaration extends Readonly<Record<string, BusinessMetric>>> = {
  readonly [TName in keyof TDeclaration]: TDeclaration[TName]['kind'] extends 'count'
    ? Counter<LabelOf<TDeclaration[TName]>>
    : TDeclaration[TName]['kind'] extends 'value'
      ? Gauge<LabelOf<TDeclaration[TName]>>
      : Histogram<LabelOf<TDeclaration[TName]>>;
};

/** Labels that name one person, session or request make a series each: they belong into logs and spans. */
const UNBOUNDED = /^(?:user|customer|account|session|request|order|trace|span|correlation)_?id$/i;

/**
 * Registers metrics of the business. A counter's name ends in `_total`, which is added.
 *
 * @param declaration Metrics by name without prefix, unit and `_total`.
 * @throws ObserveError that names every metric that is not declared right, also a label that would hold ids.
 * @example
 * const shop = businessMetrics(sightline.metrics, {
 *   orders_created: { kind: 'count', help: 'Orders that were placed', labels: ['channel'] },
 *   revenue: { kind: 'count', unit: 'eur', help: 'Paid orders' },
 * }, { prefix: 'shop_' });
 * shop.orders_created.inc({ channel: 'web' });
 * shop.revenue.inc(129.9);
 */
export function businessMetrics<const TDeclaration extends Readonly<Record<string, BusinessMetric>>>(
  registry: Registry,
  declaration: TDeclaration,
  options: { prefix?: string | undefined } = {},
): BusinessMetrics<TDeclaration> {
  check(declaration);
  const made: Record<string, unknown> = {};
  for (const [name, metric] of Object.entries(declaration)) {
    const base = `${options.prefix ?? ''}${name}${metric.unit === undefined ? '' : `_${metric.unit}`}`;
    const labels = metric.labels ?? [];
    if (metric.kind === 'count') made[name] = registry.counter(`${base}_total`, metric.help, { labels });
    else if (metric.kind === 'value') made[name] = registry.gauge(base, metric.help, { labels });
    else {
      const buckets = metric.buckets === undefined ? {} : { buckets: metric.buckets };
      made[name] = registry.histogram(base, metric.help, { labels, ...buckets });
    }
  }
  // What was made has the kinds of the declaration, which no type of a loop can say.
  return made as BusinessMetrics<TDeclaration>;
}

function check(declaration: Readonly<Record<string, BusinessMetric>>): void {
  const problems = new Problems();
  for (const [name, metric] of Object.entries(declaration)) {
    if (name.endsWith('_total')) problems.add(name, 'must not end in _total: counters get it added');
    if (!['count', 'value', 'distribution'].includes(metric.kind))
      problems.add(`${name}.kind`, `${String(metric.kind)} is none of count, value, distribution`);
    if (metric.buckets !== undefined && metric.kind !== 'distribution')
      problems.add(`${name}.buckets`, 'only a distribution has buckets');
    for (const label of metric.labels ?? [])
      if (UNBOUNDED.test(label))
        problems.add(`${name}.labels`, `${label} makes a series for each one: put it into log lines or spans instead`);
  }
  problems.throwIfAny();
}
