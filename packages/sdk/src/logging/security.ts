/** Security events: a typed vocabulary, a line and a count of each, personal data hashed. */
import type { LogLevel } from '../options/level.ts';
import type { PiiHasher } from './pii.ts';

/** How bad it is; decides the level of the line. */
export type SecuritySeverity = 'low' | 'medium' | 'high' | 'critical';

/** Events with the severity that they have unless the data says another. */
const EVENTS = {
  authentication_success: 'low',
  authentication_failure: 'medium',
  session_created: 'low',
  session_expired: 'low',
  session_hijack_suspected: 'critical',
  password_changed: 'low',
  password_reset_requested: 'low',
  mfa_challenge_failed: 'medium',
  account_locked: 'high',
  access_denied: 'medium',
  privilege_escalation: 'critical',
  csrf_token_validation: 'low',
  csrf_violation: 'high',
  rate_limit_exceeded: 'medium',
  input_validation_failure: 'medium',
  injection_attempt: 'critical',
  suspicious_activity: 'high',
  policy_violation: 'high',
  sensitive_data_access: 'low',
  configuration_changed: 'medium',
  audit: 'low',
} as const satisfies Record<string, SecuritySeverity>;

/** The vocabulary of security events. */
export type SecurityEventName = keyof typeof EVENTS;

export interface SecurityEventData {
  readonly severity?: SecuritySeverity | undefined;
  readonly [field: string]: unknown;
}

/** A counter of the registry. */
export interface EventCounter {
  inc(labels: { event: string; severity: string }, value?: number): void;
}

const LEVELS: Readonly<Record<SecuritySeverity, LogLevel>> = {
  low: 'info',
  medium: 'warn',
  high: 'error',
  critical: 'critical',
};

/** The counter's label for events that aren't in the vocabulary: their names may be anything. */
const MAX_OWN_NAMES = 100;

export class SecurityEvents {
  readonly #counter: EventCounter | undefined;
  readonly #hasher: PiiHasher;
  readonly #ownNames = new Set<string>();

  constructor(counter: EventCounter | undefined, hasher: PiiHasher) {
    this.#counter = counter;
    this.#hasher = hasher;
  }

  record(
    write: (level: LogLevel, message: string, data: object) => void,
    name: string,
    data: SecurityEventData | undefined,
  ): void {
    const severity = severityOf(name, data);
    this.#counter?.inc({ event: this.#label(name), severity });
    write(LEVELS[severity], `security event: ${name}`, {
      security_event: name,
      ...this.#hasher.hashFields(data ?? {}),
      severity,
    });
  }

  #label(name: string): string {
    if (Object.hasOwn(EVENTS, name) || this.#ownNames.has(name)) return name;
    if (this.#ownNames.size >= MAX_OWN_NAMES) return 'other';
    this.#ownNames.add(name);
    return name;
  }
}

function severityOf(name: string, data: SecurityEventData | undefined): SecuritySeverity {
  const given = data?.severity;
  if (given !== undefined && Object.hasOwn(LEVELS, given)) return given;
  // A token that did not validate is the event that matters.
  if (name === 'csrf_token_validation' && data?.['token_valid'] === false) return 'high';
  return Object.hasOwn(EVENTS, name) ? EVENTS[name as SecurityEventName] : 'medium';
}
