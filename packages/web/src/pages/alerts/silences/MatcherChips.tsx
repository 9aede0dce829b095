/** The matchers of a silence as chips: name, operator and value are changed in place; another one is typed as text. */
import { Plus, X } from 'lucide-react';
import { type ReactNode, useId, useRef, useState } from 'react';
import { type Matcher, type MatchOperator, OPERATORS, parseMatchers } from '../../../lib/matchers.ts';

/** A matcher with an identity, so that editing its name does not make it another one. */
export interface MatcherChip extends Matcher {
  readonly key: number;
}

interface MatcherChipsProps {
  readonly chips: readonly MatcherChip[];
  readonly names: readonly string[];
  readonly valuesOf: (name: string) => readonly string[];
  readonly onChange: (chips: readonly MatcherChip[]) => void;
}

let nextKey = 1;

export const chipsOf = (matchers: readonly Matcher[]): readonly MatcherChip[] =>
  matchers.map((matcher) => ({ ...matcher, key: nextKey++ }));

export function MatcherChips({ chips, names, valuesOf, onChange }: MatcherChipsProps): ReactNode {
  const list = useRef<HTMLUListElement>(null);
  const namesId = useId();
  const set = (key: number, patch: Partial<Matcher>): void =>
    onChange(chips.map((chip) => (chip.key === key ? { ...chip, ...patch } : chip)));
  return (
    <div className="matchers">
      <datalist id={namesId}>
        {names.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      <ul ref={list} className="matcher-list" aria-label="Matchers">
        {chips.map((chip, index) => (
          <MatcherItem
            key={chip.key}
            chip={chip}
            place={index + 1}
            namesId={namesId}
            values={valuesOf(chip.name)}
            onChange={(patch) => set(chip.key, patch)}
            onRemove={() => onChange(chips.filter(({ key }) => key !== chip.key))}
          />
        ))}
      </ul>
      <AddMatcher onAdd={(matchers) => onChange([...chips, ...chipsOf(matchers)])} />
    </div>
  );
}

interface MatcherItemProps {
  readonly chip: MatcherChip;
  readonly place: number;
  readonly namesId: string;
  readonly values: readonly string[];
  readonly onChange: (patch: Partial<Matcher>) => void;
  readonly onRemove: () => void;
}

function MatcherItem({ chip, place, namesId, values, onChange, onRemove }: MatcherItemProps): ReactNode {
  const valuesId = useId();
  return (
    <li className="matcher" data-testid="matcher">
      <input
        className="matcher-name mono"
        aria-label={`Label of matcher ${place}`}
        list={namesId}
        value={chip.name}
        size={Math.max(6, chip.name.length)}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange({ name: event.target.value.trim() })}
      />
      <select
        className="mono"
        aria-label={`Operator of matcher ${place}`}
        value={chip.op}
        onChange={(event) => onChange({ op: event.target.value as MatchOperator })}
      >
        {OPERATORS.map(({ op, words }) => (
          <option key={op} value={op} title={words}>
            {op}
          </option>
        ))}
      </select>
      <datalist id={valuesId}>
        {values.map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
      <input
        className="matcher-value mono"
        aria-label={`Value of matcher ${place}`}
        list={valuesId}
        value={chip.value}
        size={Math.max(8, Math.min(40, chip.value.length + 1))}
        spellCheck={false}
        autoComplete="off"
        onChange={(event) => onChange({ value: event.target.value })}
      />
      <button
        type="button"
        className="icon-button bare"
        aria-label={`Remove matcher ${place}`}
        title="Remove"
        onClick={onRemove}
      >
        <X size={14} aria-hidden="true" />
      </button>
    </li>
  );
}

function AddMatcher({ onAdd }: { onAdd: (matchers: readonly Matcher[]) => void }): ReactNode {
  const [text, setText] = useState('');
  const [isWrong, setIsWrong] = useState(false);
  const hintId = useId();
  const add = (): void => {
    const matchers = parseMatchers(text);
    if (matchers === null || matchers.length === 0) {
      setIsWrong(text.trim() !== '');
      return;
    }
    onAdd(matchers);
    setText('');
    setIsWrong(false);
  };
  return (
    <div className="matcher-add">
      <input
        className="field mono"
        aria-label="Add a matcher"
        aria-invalid={isWrong}
        aria-describedby={hintId}
        placeholder='severity="warning"'
        value={text}
        spellCheck={false}
        autoComplete="off"
        data-testid="add-matcher"
        onChange={(event) => {
          setText(event.target.value);
          setIsWrong(false);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || text.trim() === '') return;
          event.preventDefault();
          add();
        }}
        onBlur={add}
      />
      <button type="button" className="button" onClick={add}>
        <Plus size={14} aria-hidden="true" />
        Add
      </button>
      <p id={hintId} className={isWrong ? 'note is-wrong' : 'visually-hidden'}>
        Write a label, one of = != =~ !~, and a value, as in team=~"pay.*".
      </p>
    </div>
  );
}
