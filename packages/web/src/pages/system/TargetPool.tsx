/** One pool's targets as a table, worst first. */
import type { TargetDetail } from '@sightline/api-types';
import { type ReactNode, useState } from 'react';
import { Health } from '../../components/Health.tsx';
import { formatAge, formatSpan } from '../../lib/time-format.ts';
import { type PoolGroup, scrapeAgeMs, type TargetRow } from '../../lib/targets-model.ts';
import { formatValue } from '../../lib/units.ts';

const WORDS = { up: 'up', down: 'down', unknown: 'waiting' } as const;
const KINDS = { up: 'ok', down: 'crit', unknown: 'unknown' } as const;
const INTERNAL = new Set(['job', 'instance']);

export function TargetPool({ pool }: { pool: PoolGroup }): ReactNode {
  const { name, rows, down } = pool;
  return (
    <section className="panel" aria-label={`Pool ${name}`} data-testid={`pool-${name}`}>
      <div className="panel-head">
        <h2>{name}</h2>
        <span className="note">
          {rows.length === 1 ? '1 target' : `${rows.length} targets`}
          {down > 0 && `, ${down} down`}
        </span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      <section className="panel-body table-scroll" tabIndex={0} aria-label={`Targets of ${name}`}>
        <table className="data-table targets">
          <thead>
            <tr>
              <th scope="col">health</th>
              <th scope="col">target</th>
              <th scope="col">labels</th>
              <th scope="col" className="num">
                last scrape
              </th>
              <th scope="col" className="num">
                took
              </th>
              <th scope="col" className="num">
                samples
              </th>
              <th scope="col">recent</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <TargetLine key={`${row.target.scrapeUrl}${row.target.labels['instance']}`} row={row} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}

function TargetLine({ row: { target, detail } }: { row: TargetRow }): ReactNode {
  const [isOpen, setIsOpen] = useState(false);
  const age = scrapeAgeMs(target, Date.now());
  const labels = Object.entries(target.labels).filter(([name]) => !INTERNAL.has(name));
  return (
    <>
      <tr data-health={target.health}>
        <td>
          <Health kind={KINDS[target.health]} word={WORDS[target.health]} />
        </td>
        <td>
          <button
            type="button"
            className="link target-name mono"
            aria-expanded={isOpen}
            onClick={() => setIsOpen(!isOpen)}
            title={target.scrapeUrl}
          >
            {target.labels['instance'] ?? target.scrapeUrl}
          </button>
          {target.lastError !== '' && <p className="target-error">{target.lastError}</p>}
        </td>
        <td>
          {labels.length === 0 ? (
            <span className="note">–</span>
          ) : (
            <span className="label-list">
              {labels.map(([name, value]) => (
                <code key={name}>
                  {name}="{value}"
                </code>
              ))}
            </span>
          )}
        </td>
        <td className="num" title={target.lastScrape}>
          {age === null ? 'never' : `${formatAge(age)} ago`}
        </td>
        <td className="num">{age === null ? '–' : formatValue(target.lastScrapeDuration, 'seconds')}</td>
        <td className="num">{detail === undefined ? '–' : detail.samplesKept.toLocaleString('en')}</td>
        <td>{detail === undefined ? <span className="note">–</span> : <Recent detail={detail} />}</td>
      </tr>
      {isOpen && (
        <tr>
          <td colSpan={7} className="target-more">
            <dl>
              <div>
                <dt>address</dt>
                <dd className="mono">{target.scrapeUrl}</dd>
              </div>
              <div>
                <dt>every</dt>
                <dd>
                  {target.scrapeInterval}, at most {target.scrapeTimeout}
                </dd>
              </div>
              {detail !== undefined && (
                <div>
                  <dt>last scrape</dt>
                  <dd className="num">
                    {detail.samplesScraped} samples, {detail.samplesKept} kept after relabeling, {detail.seriesAdded}{' '}
                    new series, {formatValue(detail.bodyBytes, 'bytes')}
                  </dd>
                </div>
              )}
              <div>
                <dt>discovered as</dt>
                <dd className="label-list">
                  {Object.entries(target.discoveredLabels).map(([name, value]) => (
                    <code key={name}>
                      {name}="{value}"
                    </code>
                  ))}
                </dd>
              </div>
            </dl>
          </td>
        </tr>
      )}
    </>
  );
}

/** The last scrapes as bars: height is the duration, an error has another shape and a word. */
function Recent({ detail }: { detail: TargetDetail }): ReactNode {
  const scrapes = [...detail.recent].reverse();
  const slowest = Math.max(1, ...scrapes.map(({ durationMs }) => durationMs));
  const failed = scrapes.filter(({ error }) => error !== null).length;
  const summary = `${scrapes.length} scrapes, ${failed === 0 ? 'none failed' : `${failed} failed`}, slowest ${formatSpan(slowest)}`;
  return (
    <svg className="recent" width={scrapes.length * 6} height="18" role="img" aria-label={summary}>
      <title>{summary}</title>
      {scrapes.map(({ atMs, durationMs, error }, index) => {
        const height = error === null ? Math.max(2, (durationMs / slowest) * 16) : 16;
        return (
          <rect
            key={atMs}
            x={index * 6}
            y={18 - height}
            width="4"
            height={height}
            className={error === null ? 'recent-ok' : 'recent-bad'}
          />
        );
      })}
    </svg>
  );
}
