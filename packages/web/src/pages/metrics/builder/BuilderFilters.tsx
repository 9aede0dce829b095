/** The label filters of a built query. Labels and values come from the series that are there. */
import { useQuery } from '@tanstack/react-query';
import type { MatchOp } from '@sightline/model';
import { Plus, X } from 'lucide-react';
import { type ReactNode, useEffect, useId, useState } from 'react';
import { completionClient, knownLabels } from '../../../api/completion.ts';
import type { BuilderFilter } from './builder-model.ts';

interface BuilderFiltersProps {
  readonly metric: string;
  readonly filters: readonly BuilderFilter[];
  readonly onChange: (filters: readonly BuilderFilter[]) => void;
}

const OPS: readonly (readonly [MatchOp, string])[] = [
  ['=', 'is'],
  ['!=', 'is not'],
  ['=~', 'matches'],
  ['!~', 'does not match'],
];
const KEEP_MS = 60_000;
const SHOWN_VALUES = 200;

export function BuilderFilters({ metric, filters, onChange }: BuilderFiltersProps): ReactNode {
  const labels =
    useQuery({ queryKey: ['builder-label-names', metric], queryFn: () => knownLabels(metric), staleTime: KEEP_MS })
      .data ?? [];
  const names = labels.filter((name) => name !== '__name__');
  const replace = (index: number, filter: BuilderFilter): void =>
    onChange(filters.map((one, at) => (at === index ? filter : one)));
  return (
    <div className="builder-part">
      <span className="builder-label">where</span>
      {filters.map((filter, index) => (
        <FilterRow
          // biome-ignore lint/suspicious/noArrayIndexKey: the same label may be filtered twice, and a row is its place
          key={index}
          metric={metric}
          filter={filter}
          names={names}
          onChange={(next) => replace(index, next)}
          onRemove={() => onChange(filters.filter((_, at) => at !== index))}
        />
      ))}
      <button type="button" className="chip" onClick={() => onChange([...filters, { label: '', op: '=', value: '' }])}>
        <Plus size={13} aria-hidden="true" />
        filter
      </button>
    </div>
  );
}

interface FilterRowProps {
  readonly metric: string;
  readonly filter: BuilderFilter;
  readonly names: readonly string[];
  readonly onChange: (filter: BuilderFilter) => void;
  readonly onRemove: () => void;
}

function FilterRow({ metric, filter, names, onChange, onRemove }: FilterRowProps): ReactNode {
  const id = useId();
  const { label, op, value } = filter;
  const [typed, setTyped] = useState(value);
  useEffect(() => setTyped(value), [value]);
  const values =
    useQuery({
      queryKey: ['builder-values', metric, label],
      queryFn: async () => (await completionClient().labelValues?.(label, metric)) ?? [],
      enabled: label !== '',
      staleTime: KEEP_MS,
    }).data ?? [];
  const take = (text: string): void => {
    if (text !== value) onChange({ ...filter, value: text });
  };
  return (
    <span className="builder-filter">
      <select
        className="field auto mono"
        aria-label="Label"
        value={label}
        onChange={(event) => onChange({ ...filter, label: event.target.value, value: '' })}
      >
        {label === '' && <option value="">choose a label</option>}
        {label !== '' && !names.includes(label) && <option value={label}>{label}</option>}
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <select
        className="field auto"
        aria-label={`How ${label} is compared`}
        value={op}
        onChange={(event) => {
          const next = OPS.find(([one]) => one === event.target.value)?.[0];
          if (next !== undefined) onChange({ ...filter, op: next });
        }}
      >
        {OPS.map(([one, words]) => (
          <option key={one} value={one}>
            {words}
          </option>
        ))}
      </select>
      <input
        className="field builder-value mono"
        aria-label={`Value of ${label}`}
        list={`${id}-values`}
        autoComplete="off"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          if (values.includes(event.target.value)) take(event.target.value);
        }}
        onBlur={() => take(typed)}
        onKeyDown={(event) => {
          if (event.key === 'Enter') take(typed);
        }}
      />
      <datalist id={`${id}-values`}>
        {values.slice(0, SHOWN_VALUES).map((one) => (
          <option key={one} value={one} />
        ))}
      </datalist>
      <button
        type="button"
        className="icon-button bare"
        aria-label={`Remove the filter on ${label}`}
        title="Remove"
        onClick={onRemove}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </span>
  );
}
