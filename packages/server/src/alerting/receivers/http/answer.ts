/** Whether the other side took a message, and if not, whether to try again. Source: Alertmanager notify/util.go, Retrier. */
import { NotifyError } from '../receiver.ts';

export interface Answer {
  readonly status: number;
  /** Lower case, without parameters. */
  readonly contentType: string;
  /** The first part, without secrets. */
  readonly body: string;
}

export interface AnswerRules {
  /** Worth another try beside 429 and 5xx. */
  readonly retry?: readonly number[];
  /** What of the body belongs into the error; missing: all that was kept. */
  readonly detail?: (answer: Answer) => string;
}

const MAX_DETAIL = 500;

/** @throws NotifyError unless the status is 2xx */
export function checkAnswer(answer: Answer, { retry = [], detail = ({ body }) => body }: AnswerRules = {}): void {
  const { status } = answer;
  if (status >= 200 && status < 300) return;
  const isTemporary = status >= 500 || status === 429 || retry.includes(status);
  const reason = shorten(detail(answer));
  throw new NotifyError(
    isTemporary ? 'temporary' : 'permanent',
    `unexpected status code ${status}${reason === '' ? '' : `: ${reason}`}`,
  );
}

/** One line of bounded length. */
export function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= MAX_DETAIL ? line : `${line.slice(0, MAX_DETAIL)}…`;
}
