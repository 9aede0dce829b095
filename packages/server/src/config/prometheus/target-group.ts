/** Target groups: `static_configs` entries and the contents of file_sd and http_sd answers. */
import { Labels } from '@sightline/model';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { isValidLabelName, type NameScheme } from './decode-kit.ts';
import type { TargetGroup } from './types.ts';

export interface TargetGroupOptions {
  readonly source: string;
  readonly scheme: NameScheme;
  /** Without relabeling a target is used as it stands, so a URL in its place can never work. */
  readonly hasRelabeling: boolean;
  /** Prometheus refuses an empty target of a job, but not of an Alertmanager. */
  readonly mayBeEmpty?: boolean;
}

/** Reported and undefined when the group is not one. */
export function readTargetGroup(cursor: Cursor, options: TargetGroupOptions): TargetGroup | undefined {
  const reader = ObjectReader.open(cursor, 'a mapping with `targets` and `labels`');
  if (reader === undefined) return undefined;
  const labels = readLabels(reader.at('labels'), options.scheme);
  const hasAddress = labels.has('__address__');
  const targets: string[] = [];
  for (const item of reader.list('targets', 'a list of `host:port`')) {
    const target = item.string('`host:port`');
    if (target === undefined) continue;
    if (!options.hasRelabeling && !hasAddress) checkTarget(item, target, options.mayBeEmpty === true);
    targets.push(target);
  }
  reader.finish({ hints: { target: 'did you mean `targets`? It is a list: `targets: [host:port]`' } });
  return { source: options.source, targets, labels };
}

/** A label set with valid names. */
export function readLabels(cursor: Cursor | undefined, scheme: NameScheme): Labels {
  const pairs: [string, string][] = [];
  for (const entry of cursor?.entries('a mapping of label names to values') ?? []) {
    const name = entry.key?.text ?? '';
    const value = entry.string('a label value');
    if (!isValidLabelName(name, scheme)) {
      entry.error({
        code: 'config/label-name',
        message: `\`${name}\` is not a label name`,
        hint:
          scheme === 'utf8'
            ? 'a label name cannot be empty'
            : 'a label name has letters, digits and underscores, and does not begin with a digit',
        ...(entry.key === undefined ? {} : { span: entry.key }),
      });
    } else if (value !== undefined) pairs.push([name, value]);
  }
  return Labels.fromPairs(pairs);
}

function checkTarget(cursor: Cursor, target: string, mayBeEmpty: boolean): void {
  if (target === '' && !mayBeEmpty) {
    cursor.error({
      code: 'config/target',
      message: 'the target is empty',
      hint: 'write `host:port`, or remove the entry',
    });
    return;
  }
  if (!target.includes('/')) return;
  cursor.error({ code: 'config/target', message: `\`${target}\` is not a valid hostname`, hint: targetHint(target) });
}

function targetHint(target: string): string {
  const match = /^(?:(https?):\/\/)?([^/]*)(\/.*)?$/.exec(target);
  const [, scheme, host = '', path] = match ?? [];
  const parts = [`write the target as \`${host === '' ? 'host:port' : host}\``];
  if (scheme === 'https') parts.push('`scheme: https`');
  if (path !== undefined && path !== '/') parts.push(`\`metrics_path: ${path}\``);
  const [first = '', ...rest] = parts;
  return rest.length === 0 ? first : `${first}, and set ${rest.join(' and ')} for the job`;
}
