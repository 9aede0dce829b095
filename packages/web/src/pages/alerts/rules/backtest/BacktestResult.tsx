/** What a backtest found: a sentence per rule and a strip per instance. */
import type { BacktestRule, BacktestStatus } from '@sightline/api-types';
import { Fragment, type ReactNode } from 'react';
import { Health } from '../../../../components/Health.tsx';
import { LabelList } from '../../../../components/LabelList.tsx';
import { StateStrip } from '../../../../components/State.tsx';
import { firedSentence, namesInCommon, notifiedSentence, stripesOf } from '../../../../lib/backtest-model.ts';
import { formatDateTime, formatSpan } from '../../../../lib/time-format.ts';
import { useRange } from '../../../../state/url.ts';

interface BacktestResultProps {
  readonly status: BacktestStatus;
  readonly startMs: number;
  readonly endMs: number;
}

const THINNEST = 0.003;

export function BacktestResult({ status, startMs, endMs }: BacktestResultProps): ReactNode {
  if (status.rules.length === 0) return <p className="note">There is no alerting rule in it.</p>;
  const firedCount = status.rules.reduce((sum, rule) => sum + rule.firedCount, 0);
  return (
    <>
      {status.rules.length > 1 && firedCount > 0 && (
        <p>
          <b>All together:</b> {notifiedSentence(status.notifications, firedCount)} A message can be about several
          rules.
        </p>
      )}
      {status.rules.map((rule, index) => (
        // Two rules of a group may have the same name.
        // biome-ignore lint/suspicious/noArrayIndexKey: the list of a finished backtest never changes
        <RuleResult key={index} rule={rule} startMs={startMs} endMs={endMs} isNamed={status.rules.length > 1} />
      ))}
    </>
  );
}

interface RuleResultProps {
  readonly rule: BacktestRule;
  readonly startMs: number;
  readonly endMs: number;
  readonly isNamed: boolean;
}

function RuleResult({ rule, startMs, endMs, isNamed }: RuleResultProps): ReactNode {
  const { zone, nowMs } = useRange();
  const common = namesInCommon(rule.instances);
  return (
    <section className="backtest-rule" aria-label={`Backtest of ${rule.name}`} data-testid="backtest-rule">
      {isNamed && <h3>{rule.name}</h3>}
      <p className="backtest-sentence">
        <Health kind={rule.firedCount === 0 ? 'ok' : 'warn'} word={firedSentence(rule)} />
        <span>{notifiedSentence(rule.notifications, rule.firedCount)}</span>
      </p>
      {rule.failedEvaluations > 0 && (
        <StateStrip state="partial">
          {rule.failedEvaluations === 1 ? 'One evaluation failed' : `${rule.failedEvaluations} evaluations failed`}:{' '}
          {rule.error ?? 'no reason given'}
        </StateStrip>
      )}
      {rule.instances.length > 0 && (
        <div className="strips">
          {rule.instances.map((instance, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the list of a finished backtest never changes
            <Fragment key={index}>
              <LabelList labels={instance.labels} without={common} />
              <Strip spans={instance.spans} startMs={startMs} endMs={endMs} />
            </Fragment>
          ))}
          <span />
          <span className="strip-axis note num">
            <span>{formatDateTime(startMs, zone, nowMs)}</span>
            <span>{formatDateTime(endMs, zone, nowMs)}</span>
          </span>
        </div>
      )}
      {rule.instanceCount > rule.instances.length && (
        <p className="note">
          The {rule.instances.length} that fired longest of {rule.instanceCount}.
        </p>
      )}
    </section>
  );
}

interface StripProps {
  readonly spans: BacktestRule['instances'][number]['spans'];
  readonly startMs: number;
  readonly endMs: number;
}

function Strip({ spans, startMs, endMs }: StripProps): ReactNode {
  const firing = spans.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
  const words = `fired ${spans.length === 1 ? 'once' : `${spans.length} times`}, ${formatSpan(firing)}`;
  return (
    <svg className="strip-line" viewBox="0 0 1 1" preserveAspectRatio="none" role="img" aria-label={words}>
      <title>{words}</title>
      {stripesOf(spans, startMs, endMs, THINNEST).map(({ x, width }) => (
        <rect key={x} x={x} y="0" width={width} height="1" />
      ))}
    </svg>
  );
}
