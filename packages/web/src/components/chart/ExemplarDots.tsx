/** Exemplars over a chart: one dot each, a button that shows which request it was. */
import { X } from 'lucide-react';
import { type ReactNode, useRef, useState } from 'react';
import type { Exemplar } from '../../lib/exemplar-dots.ts';
import { seriesText } from '../../lib/chart-data.ts';
import { CopyButton } from '../CopyButton.tsx';
import type { PlotPlace } from './plot.ts';

interface ExemplarDotsProps {
  readonly exemplars: readonly Exemplar[];
  /** Pixels inside the chart for a time and a value; null while there is no plot. */
  readonly place: (seconds: number, value: number) => PlotPlace | null;
  readonly clock: (seconds: number) => string;
  readonly format: (value: number | null) => string;
}

const CARD_WIDTH = 300;

export function ExemplarDots({ exemplars, place, clock, format }: ExemplarDotsProps): ReactNode {
  const [open, setOpen] = useState<Exemplar | null>(null);
  const from = useRef<HTMLButtonElement | null>(null);
  const close = (): void => {
    setOpen(null);
    from.current?.focus();
  };
  const at = open === null || !exemplars.includes(open) ? null : place(open.atMs / 1000, open.value);
  return (
    <div className="exemplars">
      {exemplars.map((exemplar) => {
        const spot = place(exemplar.atMs / 1000, exemplar.value);
        if (spot === null) return null;
        const seconds = exemplar.atMs / 1000;
        return (
          <button
            key={`${exemplar.atMs} ${exemplar.value}`}
            type="button"
            className="exemplar"
            data-testid="exemplar"
            style={{ left: spot.left, top: spot.top }}
            aria-label={`Exemplar, ${clock(seconds)}, ${format(exemplar.value)}`}
            aria-expanded={open === exemplar}
            title={`Exemplar ${format(exemplar.value)} at ${clock(seconds)}`}
            onClick={(event) => {
              from.current = event.currentTarget;
              setOpen(open === exemplar ? null : exemplar);
            }}
          />
        );
      })}
      {open !== null && at !== null && (
        <div
          className="exemplar-card"
          role="dialog"
          aria-label="Exemplar"
          style={{ left: Math.max(0, Math.min(at.left + 12, at.width - CARD_WIDTH)), top: at.top + 12 }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') close();
          }}
        >
          <div className="exemplar-head">
            <b className="num">{format(open.value)}</b>
            <span className="note num">{clock(open.atMs / 1000)}</span>
            {/* biome-ignore lint/a11y/noAutofocus: the card was asked for, and its keys start here */}
            <button type="button" className="icon-button bare" aria-label="Close" autoFocus onClick={close}>
              <X size={14} aria-hidden="true" />
            </button>
          </div>
          <dl className="facts">
            {Object.entries(open.labels).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd className="mono">
                  <span>{value}</span> <CopyButton isBare text={value} label={`Copy ${name}`} />
                </dd>
              </div>
            ))}
          </dl>
          <p className="note exemplar-series">{seriesText(open.series)}</p>
        </div>
      )}
    </div>
  );
}
