/** Builds a query without writing it: metric, function over time, filters, aggregation. Text and builder follow each other. */
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId, useState } from 'react';
import { completionClient, knownLabels, knownMetadata } from '../../../api/completion.ts';
import { searchMetricNames } from '../../../api/prometheus.ts';
import { StateStrip } from '../../../components/State.tsx';
import { BuilderFilters } from './BuilderFilters.tsx';
import {
  AGGREGATIONS,
  AUTO_WINDOW,
  builtQuery,
  builtText,
  type BuiltQuery,
  RANGE_FUNCTIONS,
  startWith,
} from './builder-model.ts';

interface QueryBuilderProps {
  readonly label: string;
  readonly text: string;
  readonly stepMs: number;
  readonly rangeMs: number;
  readonly onRun: (text: string) => void;
}

const WINDOWS = ['1m', '5m', '15m', '1h', '6h', '1d'];
const QUANTILES = [0.5, 0.9, 0.95, 0.99, 0.999];
const NAMES = 50;
const VALUES = 100;
const MOST_LABELS = 12;
const KEEP_MS = 60_000;

export function QueryBuilder({ label, text, stepMs, rangeMs, onRun }: QueryBuilderProps): ReactNode {
  const written = builtQuery(text, stepMs, rangeMs);
  // A filter without a label is not in the text yet.
  const [open, setOpen] = useState<{ readonly of: string; readonly query: BuiltQuery } | null>(null);
  const query = open?.of === text ? open.query : written;
  if (query === null) {
    return (
      <section className="builder" aria-label={`Builder of ${label}`} data-testid="builder">
        <StateStrip state="limited">
          This query says more than the builder can show. Go on in the text, or
          <button type="button" className="link" onClick={() => onRun('')}>
            start anew
          </button>
        </StateStrip>
      </section>
    );
  }
  const change = (part: Partial<BuiltQuery>): void => {
    const next = { ...query, ...part };
    const nextText = builtText(next);
    setOpen({ of: nextText, query: next });
    if (nextText !== text) onRun(nextText);
  };
  return (
    <section className="builder" aria-label={`Builder of ${label}`} data-testid="builder">
      <MetricChoice query={query} onChange={change} />
      {query.metric !== '' && (
        <>
          <FunctionChoice query={query} onChange={change} />
          <BuilderFilters metric={query.metric} filters={query.filters} onChange={(filters) => change({ filters })} />
          <AggregationChoice query={query} onChange={change} />
        </>
      )}
    </section>
  );
}

interface PartProps {
  readonly query: BuiltQuery;
  readonly onChange: (part: Partial<BuiltQuery>) => void;
}

/** The list may still be that of the text before. */
function fits(name: string, text: string): boolean {
  const words = text.toLowerCase().split(/[^a-z0-9_:]+/);
  return words.every((word) => name.toLowerCase().includes(word));
}

function MetricChoice({ query, onChange }: PartProps): ReactNode {
  const id = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const asked = typed ?? query.metric;
  const names = useQuery({
    queryKey: ['builder-names', asked],
    queryFn: ({ signal }) => searchMetricNames(asked, NAMES, signal),
    staleTime: KEEP_MS,
    placeholderData: (old) => old,
  }).data;
  const metadata = useQuery({ queryKey: ['builder-metadata'], queryFn: knownMetadata, staleTime: KEEP_MS }).data;
  const entryOf = (name: string) =>
    metadata?.[name]?.[0] ?? metadata?.[name.replace(/_(bucket|count|sum|total|created)$/, '')]?.[0];
  const take = (name: string): void => {
    setTyped(null);
    if (name === query.metric) return;
    onChange(startWith(name, entryOf(name)?.type ?? '', query.filters));
  };
  const entry = entryOf(query.metric);
  return (
    <div className="builder-part">
      <label className="builder-label" htmlFor={id}>
        metric
      </label>
      <input
        id={id}
        className="field builder-metric mono"
        list={`${id}-names`}
        autoComplete="off"
        placeholder="Type a part of its name"
        value={asked}
        onChange={(event) => {
          const { value } = event.target;
          setTyped(value);
          // Chosen from the list, not typed.
          if (!(event.nativeEvent instanceof InputEvent) || event.nativeEvent.inputType === 'insertReplacementText') {
            take(value);
          }
        }}
        onBlur={() => (names?.includes(asked) === true ? take(asked) : setTyped(null))}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          const first = names?.includes(asked) === true ? asked : names?.find((name) => fits(name, asked));
          if (first !== undefined) take(first);
        }}
      />
      <datalist id={`${id}-names`}>
        {names?.map((name) => (
          <option key={name} value={name}>
            {entryOf(name)?.help ?? ''}
          </option>
        ))}
      </datalist>
      {entry !== undefined && (
        <span className="note builder-help">
          {entry.type}
          {entry.help !== '' && `: ${entry.help}`}
        </span>
      )}
    </div>
  );
}

function FunctionChoice({ query, onChange }: PartProps): ReactNode {
  const { func, window, quantile } = query;
  const windows = [AUTO_WINDOW, ...WINDOWS, ...(WINDOWS.includes(window) || window === AUTO_WINDOW ? [] : [window])];
  const isBucket = query.metric.endsWith('_bucket');
  return (
    <div className="builder-part">
      <span className="builder-label">show</span>
      {(isBucket || quantile !== null) && (
        <select
          className="field auto"
          aria-label="Quantile"
          value={quantile ?? ''}
          onChange={(event) => {
            const { value } = event.target;
            onChange(
              value === '' ? { quantile: null } : { quantile: Number(value), func: func || 'rate', aggregation: '' },
            );
          }}
        >
          <option value="">the buckets</option>
          {[...new Set([...QUANTILES, ...(quantile === null ? [] : [quantile])])].map((one) => (
            <option key={one} value={one}>
              {Math.round(one * 1e5) / 1e3} % are below
            </option>
          ))}
        </select>
      )}
      <select
        className="field auto"
        aria-label="Function over time"
        value={func}
        onChange={(event) => onChange({ func: event.target.value })}
      >
        {quantile === null && <option value="">the values as they are</option>}
        {RANGE_FUNCTIONS.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      {func !== '' && (
        <label className="inline-field">
          <span>over</span>
          <select
            className="field auto num"
            aria-label="over how long"
            value={window}
            onChange={(event) => onChange({ window: event.target.value })}
          >
            {windows.map((one) => (
              <option key={one} value={one}>
                {one === AUTO_WINDOW ? 'a fitting time' : one}
              </option>
            ))}
          </select>
        </label>
      )}
    </div>
  );
}

interface LabelCount {
  readonly label: string;
  readonly values: number;
}

/** The labels of a metric with how many values they have, most useful for splitting first. */
async function labelCounts(metric: string): Promise<LabelCount[]> {
  const client = completionClient();
  const labels = (await knownLabels(metric)).filter((label) => label !== '__name__' && label !== 'le');
  const counts = await Promise.all(
    labels.slice(0, MOST_LABELS).map(async (label) => {
      const values = (await client.labelValues?.(label, metric)) ?? [];
      return { label, values: values.length };
    }),
  );
  return counts.sort((a, b) => Number(a.values <= 1) - Number(b.values <= 1) || a.values - b.values);
}

function AggregationChoice({ query, onChange }: PartProps): ReactNode {
  const { aggregation, by, quantile, metric } = query;
  const counts =
    useQuery({ queryKey: ['builder-labels', metric], queryFn: () => labelCounts(metric), staleTime: KEEP_MS }).data ??
    [];
  const known = new Set(counts.map(({ label }) => label));
  const chips = [...by.filter((label) => !known.has(label)).map((label) => ({ label, values: null })), ...counts];
  const toggle = (label: string): void => {
    const next = by.includes(label) ? by.filter((one) => one !== label) : [...by, label];
    // Splitting means adding up the rest; without any label left nothing changes about that.
    onChange({ by: next, ...(aggregation === '' && quantile === null ? { aggregation: 'sum' } : {}) });
  };
  return (
    <div className="builder-part">
      <span className="builder-label">split by</span>
      {quantile === null && (
        <select
          className="field auto"
          aria-label="Aggregation"
          value={aggregation}
          onChange={(event) =>
            onChange({ aggregation: event.target.value, ...(event.target.value === '' ? { by: [] } : {}) })
          }
        >
          <option value="">every series</option>
          {AGGREGATIONS.map((name) => (
            <option key={name} value={name}>
              {name} by
            </option>
          ))}
        </select>
      )}
      {chips.map(({ label, values }) => (
        <button
          key={label}
          type="button"
          className="chip"
          aria-pressed={by.includes(label)}
          title={values === null ? label : `${values}${values >= VALUES ? ' or more' : ''} values`}
          onClick={() => toggle(label)}
        >
          <span className="mono">{label}</span>
          {values !== null && <span className="num chip-count">{values}</span>}
        </button>
      ))}
    </div>
  );
}
