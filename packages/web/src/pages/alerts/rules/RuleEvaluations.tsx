/** The last evaluations of a rule: how long, how many samples, which error. */
import type { ReactNode } from 'react';
import { Health } from '../../../components/Health.tsx';
import type { RuleRow } from '../../../lib/rules-model.ts';
import { formatClock, formatSpan } from '../../../lib/time-format.ts';
import { formatValue } from '../../../lib/units.ts';
import { useRange } from '../../../state/url.ts';

export function RuleEvaluations({ row: { rule } }: { row: RuleRow }): ReactNode {
  const { zone } = useRange();
  const { evaluations } = rule;
  const newestFirst = [...evaluations].reverse();
  return (
    <section className="panel" aria-label="Last evaluations">
      <div className="panel-head">
        <h2>Last evaluations</h2>
        {evaluations.length > 0 && <Bars evaluations={evaluations} />}
      </div>
      {evaluations.length === 0 ? (
        <p className="panel-body note">It has not been evaluated yet.</p>
      ) : (
        <section
          className="panel-body table-scroll evaluations"
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
          tabIndex={0}
          aria-label="Table of the last evaluations"
        >
          <table className="data-table">
            <thead>
              <tr>
                <th scope="col">time</th>
                <th scope="col" className="num">
                  took
                </th>
                <th scope="col" className="num">
                  samples
                </th>
                <th scope="col">result</th>
              </tr>
            </thead>
            <tbody>
              {newestFirst.map(({ timeMs, seconds, samples, error }) => (
                <tr key={timeMs}>
                  <td className="num-left">{formatClock(timeMs, zone)}</td>
                  <td className="num">{formatValue(seconds, 'seconds')}</td>
                  <td className="num">{samples.toLocaleString('en')}</td>
                  <td className="wrap">
                    {error === null ? (
                      <Health kind="ok" word="ok" />
                    ) : (
                      <>
                        <Health kind="crit" word="failed" /> {error}
                      </>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  );
}

const BAR = 6;
const HEIGHT = 18;

/** Height is the duration; a failed one is full height and red. */
function Bars({ evaluations }: Pick<RuleRow['rule'], 'evaluations'>): ReactNode {
  const slowest = Math.max(1e-6, ...evaluations.map(({ seconds }) => seconds));
  const failed = evaluations.filter(({ error }) => error !== null).length;
  const summary = `${evaluations.length} evaluations, ${failed === 0 ? 'none' : failed} failed, slowest ${formatSpan(slowest * 1000)}`;
  return (
    <svg className="recent" width={evaluations.length * BAR} height={HEIGHT} role="img" aria-label={summary}>
      <title>{summary}</title>
      {evaluations.map(({ timeMs, seconds, error }, index) => {
        const height = error === null ? Math.max(2, (seconds / slowest) * (HEIGHT - 2)) : HEIGHT;
        return (
          <rect
            key={timeMs}
            x={index * BAR}
            y={HEIGHT - height}
            width={BAR - 2}
            height={height}
            className={error === null ? 'recent-ok' : 'recent-bad'}
          />
        );
      })}
    </svg>
  );
}
