/** The filter of alerts: matchers and free words. */
import { type ReactNode, useEffect, useId, useRef, useState } from 'react';

interface FilterFieldProps {
  readonly filter: string;
  readonly error: string | null;
  readonly onFilter: (text: string) => void;
}

export function FilterField({ filter, error, onFilter }: FilterFieldProps): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(filter);
  const errorId = useId();
  // The address follows the typing a moment later; only what others change comes back into the field.
  useEffect(() => {
    if (document.activeElement !== field.current || filter === '') setText(filter);
  }, [filter]);
  return (
    <div className="alert-filter">
      <input
        ref={field}
        className="field"
        type="search"
        aria-label="Filter alerts"
        aria-invalid={error !== null}
        aria-describedby={errorId}
        placeholder="severity=critical team=~pay.* words"
        spellCheck={false}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          onFilter(event.target.value);
        }}
      />
      <p id={errorId} className="field-error">
        {error}
      </p>
    </div>
  );
}
