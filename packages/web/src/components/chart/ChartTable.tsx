/** The chart's twin for people who cannot or do not want to read a picture: the same values as a table. */
import type { ReactNode } from 'react';
import type { ChartData } from '../../lib/chart-data.ts';

interface ChartTableProps {
  readonly title: string;
  readonly data: ChartData;
  readonly clock: (seconds: number) => string;
  readonly format: (value: number | null) => string;
  readonly onClose: () => void;
}

const MAX_ROWS = 500;
const MAX_COLUMNS = 20;

/** The table takes the place of the figure that had the focus, so it takes the focus too. */
const focusFirst = (button: HTMLButtonElement | null): void => button?.focus();

export function ChartTable({ title, data, clock, format, onClose }: ChartTableProps): ReactNode {
  const series = data.series.slice(0, MAX_COLUMNS);
  const first = Math.max(0, data.times.length - MAX_ROWS);
  const rows = data.times
    .slice(first)
    .map((seconds, offset) => ({ seconds, index: first + offset }))
    .reverse();
  return (
    <section
      className="twin"
      aria-label={`${title} as a table`}
      data-testid="chart-table"
      onKeyDown={(event) => {
        if (event.key === 'Escape' || (event.shiftKey && event.key.toLowerCase() === 't')) {
          event.preventDefault();
          onClose();
        }
      }}
    >
      <div className="twin-head">
        <button type="button" className="button" onClick={onClose} ref={focusFirst}>
          Back to the chart
        </button>
        {data.series.length > MAX_COLUMNS && (
          <span className="hint">
            First {MAX_COLUMNS} of {data.series.length} series
          </span>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="twin-scroll" tabIndex={0} aria-label="Values">
        <table className="data-table">
          <thead>
            <tr>
              <th scope="col">time</th>
              {series.map(({ key, name }) => (
                <th key={key} scope="col" className="num">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ seconds, index }) => (
              <tr key={seconds}>
                <th scope="row">{clock(seconds)}</th>
                {series.map(({ key, values }) => {
                  const value = values[index] ?? null;
                  return (
                    <td key={key} className="num">
                      <data value={value ?? ''}>{format(value)}</data>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
