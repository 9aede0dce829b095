/** The time zone that all times are shown in: the browser's, UTC, or any by name. */
import { type ReactNode, useId, useState } from 'react';
import { writeStored } from '../../lib/stored.ts';
import { isZone, offsetName, resolveZone } from '../../lib/zone.ts';
import { usePatchUrl } from '../../state/url.ts';

export function ZoneSwitch({ zone, nowMs }: { zone: string; nowMs: number }): ReactNode {
  const patch = usePatchUrl();
  const [text, setText] = useState('');
  const zones = typeof Intl.supportedValuesOf === 'function' ? Intl.supportedValuesOf('timeZone') : [];
  const listId = useId();
  const choose = (next: string): void => {
    writeStored('tz', next);
    patch({ tz: next }, 'replace');
    setText('');
  };
  const isNamed = zone !== 'browser' && zone.toLowerCase() !== 'utc';
  return (
    <div className="time-zone">
      <fieldset className="segmented" aria-label="Time zone">
        <button type="button" aria-pressed={zone === 'browser'} onClick={() => choose('browser')}>
          Browser
        </button>
        <button type="button" aria-pressed={zone.toLowerCase() === 'utc'} onClick={() => choose('utc')}>
          UTC
        </button>
      </fieldset>
      <input
        className="field"
        list={listId}
        aria-label="Time zone by name"
        placeholder={isNamed ? zone : `${resolveZone(zone)} (${offsetName(nowMs, zone)})`}
        value={text}
        autoComplete="off"
        onChange={(event) => {
          setText(event.target.value);
          if (zones.includes(event.target.value)) choose(event.target.value);
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          if (isZone(text) && text !== '') choose(text);
        }}
      />
      <datalist id={listId}>
        {zones.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </div>
  );
}
