/** Tries rules before they go into a file: what is wrong with them, and when they would have fired. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import type { RuleCheck } from '@sightline/api-types';
import { type ReactNode, useId, useMemo, useRef, useState } from 'react';
import { checkRules } from '../../../api/rules.ts';
import { CopyButton } from '../../../components/CopyButton.tsx';
import { Health } from '../../../components/Health.tsx';
import { QueryGate } from '../../../components/QueryGate.tsx';
import { useSettled } from '../../../components/use-settled.ts';
import { asRuleFile } from '../../../lib/rule-yaml.ts';
import { readStored, writeStored } from '../../../lib/stored.ts';
import { AlertsTabs } from '../AlertsTabs.tsx';
import { BacktestPanel } from './backtest/BacktestPanel.tsx';

const DRAFT = 'rule-draft';
const WAIT_MS = 300;

const EXAMPLE = `groups:
  - name: example
    rules:
      - alert: ScrapeFails
        expr: up == 0
        for: 5m
        labels:
          severity: warning
        annotations:
          summary: '{{ $labels.instance }} does not answer'
`;

export function NewRulePage(): ReactNode {
  const [text, setText] = useState(() => readStored(DRAFT) ?? EXAMPLE);
  const settled = useSettled(text, WAIT_MS);
  const file = useMemo(() => asRuleFile(settled), [settled]);
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const query = useQuery({
    queryKey: ['rule-check', file.text],
    queryFn: ({ signal }) => checkRules(file.text, signal),
    placeholderData: keepPreviousData,
    enabled: settled.trim() !== '',
    staleTime: 60_000,
  });
  const goTo = (line: number): void => {
    const element = field.current;
    if (element === null) return;
    const at = element.value
      .split('\n')
      .slice(0, Math.max(0, line - 1))
      .join('\n').length;
    element.focus();
    element.setSelectionRange(at === 0 ? 0 : at + 1, element.value.indexOf('\n', at + 1) >>> 0);
  };
  const isBlank = settled.trim() === '';
  return (
    <div className="page">
      <AlertsTabs />
      <div className="stack">
        <section className="panel" aria-label="Rules to try">
          <div className="panel-head">
            <h2>
              <label htmlFor={`${id}-yaml`}>Paste a rule file, a group or a single rule</label>
            </h2>
            <span className="panel-end">
              <CopyButton text={file.text} label="Copy as a rule file" />
            </span>
          </div>
          <div className="panel-body">
            <textarea
              id={`${id}-yaml`}
              ref={field}
              className="field rule-yaml mono"
              rows={Math.max(10, Math.min(28, text.split('\n').length + 1))}
              spellCheck={false}
              autoCapitalize="off"
              autoComplete="off"
              aria-describedby={`${id}-findings`}
              value={text}
              data-testid="rule-yaml"
              onChange={(event) => {
                setText(event.target.value);
                writeStored(DRAFT, event.target.value);
              }}
            />
            <div id={`${id}-findings`} className="rule-findings" aria-live="polite" data-testid="rule-findings">
              {isBlank ? (
                <p className="note">
                  Nothing to check yet. It stays in this browser and changes nothing on the server.
                </p>
              ) : (
                <QueryGate query={query} height={28}>
                  {(check) => <Findings check={check} addedLines={file.addedLines} onGoTo={goTo} />}
                </QueryGate>
              )}
            </div>
          </div>
        </section>
        <BacktestPanel
          subject={isBlank || query.data?.isValid !== true ? null : { yaml: file.text }}
          why="Correct the file first; then it can be tried on the past."
        />
      </div>
    </div>
  );
}

interface FindingsProps {
  readonly check: RuleCheck;
  /** Lines in front of what was typed. */
  readonly addedLines: number;
  readonly onGoTo: (line: number) => void;
}

function Findings({ check, addedLines, onGoTo }: FindingsProps): ReactNode {
  const { isValid, ruleCount, findings } = check;
  return (
    <>
      {isValid && (
        <Health
          kind="ok"
          word={ruleCount === 1 ? '1 rule, as it should be' : `${ruleCount} rules, as they should be`}
        />
      )}
      <ul className="finding-list">
        {findings.map(({ severity, code, message, hint, line, column }) => {
          const own = line === null ? null : Math.max(1, line - addedLines);
          return (
            <li key={`${line} ${column} ${code} ${message}`} className="finding">
              <Health kind={severity === 'error' ? 'crit' : 'warn'} word={severity} />
              {own !== null && (
                <button type="button" className="link num" onClick={() => onGoTo(own)}>
                  line {own}
                </button>
              )}
              <span className="wrap">
                {message}
                {hint !== '' && <span className="note"> {hint}</span>}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
