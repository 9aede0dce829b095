/** What is known about the part of a query that has the focus: figures, matchers, a few of the series it read. */
import type { ReactNode } from 'react';
import { CopyButton } from '../../../components/CopyButton.tsx';
import { seriesText } from '../../../lib/chart-data.ts';
import { formatDateTime } from '../../../lib/time-format.ts';
import { formatValue } from '../../../lib/units.ts';
import { useRange } from '../../../state/url.ts';
import { type ExplainRow, ownMs, seriesOf, totalMs } from './explain-model.ts';

const KINDS: Readonly<Record<string, string>> = {
  vectorSelector: 'selector',
  matrixSelector: 'range selector',
  subquery: 'subquery',
  call: 'function',
  aggregate: 'aggregation',
  binary: 'operator',
  unary: 'sign',
  number: 'number',
  string: 'text',
};
const TYPES = { vector: 'instant vector', matrix: 'range vector', scalar: 'scalar', string: 'string', none: 'nothing' };

export function ExplainDetails({ row, onGraph }: { row: ExplainRow; onGraph: () => void }): ReactNode {
  const { zone, nowMs } = useRange();
  const { node, selector } = row;
  const { figures } = node;
  const isGraphable = node.valueType === 'vector' || node.valueType === 'scalar';
  return (
    <section className="explain-details" aria-label="Part in focus" data-testid="explain-details">
      <p className="note">
        {KINDS[node.kind] ?? node.kind}, gives {TYPES[node.valueType]}
      </p>
      <code className="explain-text">{node.text}</code>
      <div className="explain-actions">
        {isGraphable && row.parent !== null && (
          <button type="button" className="button" onClick={onGraph}>
            Graph this part
          </button>
        )}
        <CopyButton text={node.text} label="Copy this part" />
      </div>
      <dl className="facts num">
        {figures !== null && seriesOf(node) !== null && (
          <>
            <Fact name="time" value={`${formatValue(totalMs(row), 'ms')}, own ${formatValue(ownMs(row), 'ms')}`} />
            <Fact name="series" value={`${short(figures.seriesIn)} in, ${short(figures.seriesOut)} out`} />
            <Fact name="samples" value={`${short(figures.samplesIn)} in, ${short(figures.samplesOut)} out`} />
            {figures.bytes > 0 && <Fact name="memory" value={formatValue(figures.bytes, 'bytes')} />}
          </>
        )}
        {selector !== null && (
          <>
            <Fact
              name="read"
              value={`${short(selector.series)} series, ${short(selector.samples)} samples in ${formatValue(selector.readMs, 'ms')}`}
            />
            <Fact
              name="from, to"
              value={`${formatDateTime(selector.startMs, zone, nowMs)} – ${formatDateTime(selector.endMs, zone, nowMs)}`}
            />
          </>
        )}
      </dl>
      {selector !== null && (
        <>
          <p className="label-list">
            {selector.matchers.map((matcher) => (
              <code key={matcher}>{matcher}</code>
            ))}
          </p>
          {selector.examples.length > 0 && (
            <>
              <p className="note">
                {selector.examples.length < selector.series
                  ? `${selector.examples.length} of the ${short(selector.series)} series it matched`
                  : 'the series it matched'}
              </p>
              <ul className="explain-examples mono">
                {selector.examples.map((labels) => (
                  <li key={seriesText(labels)}>{seriesText(labels)}</li>
                ))}
              </ul>
            </>
          )}
        </>
      )}
    </section>
  );
}

const short = (value: number): string => formatValue(value, 'short');

function Fact({ name, value }: { name: string; value: string }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
