/**
 * `/api/sightline/v1/alerts` and its kin: instances of alerts as people see them, with what was decided about each and why.
 * Times are Unix milliseconds; label sets are plain objects.
 */

export type LabelSet = Readonly<Record<string, string>>;

/** `muted`: the route is quiet now, by a time interval. `resolved`: over, and still remembered. */
export type AlertInstanceState = 'pending' | 'firing' | 'silenced' | 'inhibited' | 'muted' | 'resolved';

export interface AlertAcknowledgement {
  readonly by: string;
  readonly note: string;
  readonly timeMs: number;
}

export interface AlertInstance {
  /** 16 hex digits, of the labels. */
  readonly fingerprint: string;
  readonly name: string;
  readonly labels: LabelSet;
  readonly annotations: LabelSet;
  readonly state: AlertInstanceState;
  readonly startsAtMs: number;
  /** Null while it goes on. */
  readonly endsAtMs: number | null;
  readonly updatedAtMs: number;
  /** Of the last evaluation; null when it came from another server. */
  readonly value: number | null;
  /** '' when unknown. */
  readonly expr: string;
  /** What the expression compares with. */
  readonly threshold: number | null;
  /** The rule here that gives it; null when it came from another server. */
  readonly rule: { readonly file: string; readonly group: string; readonly name: string } | null;
  readonly generatorUrl: string;
  /** '' when the rule has none. */
  readonly runbookUrl: string;
  readonly receivers: readonly string[];
  /** Ids of silences. */
  readonly silencedBy: readonly string[];
  /** Fingerprints of alerts. */
  readonly inhibitedBy: readonly string[];
  /** Names of time intervals. */
  readonly mutedBy: readonly string[];
  readonly acknowledgement: AlertAcknowledgement | null;
  /** Alerts of the same service or instance that began together share it; null for one alone. */
  readonly incidentId: string | null;
}

/** `GET alerts`: worst first: critical before warning before the rest, older before newer. */
export interface AlertList {
  readonly nowMs: number;
  readonly alerts: readonly AlertInstance[];
  readonly counts: Readonly<Record<AlertInstanceState, number>>;
  readonly ruleCount: number;
  /** Null before the first evaluation. */
  readonly lastEvaluationMs: number | null;
  /** Rules whose last evaluation failed. */
  readonly failingRules: readonly {
    readonly file: string;
    readonly group: string;
    readonly name: string;
    readonly error: string;
  }[];
}

/** A stretch of time in one state; the last one ends now while it goes on. */
export interface AlertStateSpan {
  readonly state: 'inactive' | 'pending' | 'firing';
  readonly fromMs: number;
  readonly toMs: number;
}

export type AlertEventKind =
  | 'firing'
  | 'resolved'
  | 'grouped'
  | 'inhibited'
  | 'silenced'
  | 'muted'
  | 'inactive'
  | 'deduplicated'
  | 'retried'
  | 'failed'
  | 'sent'
  | 'limited'
  | 'acknowledged'
  | 'unacknowledged'
  | 'escalated'
  | 'noted';

/** One decision, as it was stored. */
export interface AlertEventEntry {
  readonly timeMs: number;
  readonly kind: AlertEventKind;
  readonly fingerprint: string;
  readonly groupKey: string;
  readonly receiver: string;
  readonly integration: string;
  /** Who did it, for what people do; '' otherwise. */
  readonly actor: string;
  readonly detail: string;
}

/** `GET alerts/:fingerprint`. */
export interface AlertDetail {
  readonly nowMs: number;
  readonly alert: AlertInstance;
  /** Of the last day and of what was before the current start, oldest first. */
  readonly states: readonly AlertStateSpan[];
  /** Newest last: notifications, acknowledgements, notes, state changes. */
  readonly timeline: readonly AlertEventEntry[];
  /** Other alerts that fire and share a service, a job or an instance. */
  readonly related: readonly AlertInstance[];
  /** Of the last 30 days. */
  readonly past: { readonly count: number; readonly medianMs: number | null };
}

export type WhyOutcome = 'passed' | 'held' | 'sent' | 'failed' | 'waiting';

/** One link of the chain that answers why something was or was not sent. */
export interface WhyStep {
  /** Of the field: route, group, inhibition, silence, mute, dedup, send ... */
  readonly stage: string;
  readonly outcome: WhyOutcome;
  /** Null for what holds all the time, such as the route. */
  readonly timeMs: number | null;
  readonly receiver: string;
  readonly integration: string;
  /** One sentence for a person. */
  readonly text: string;
}

/** `GET alerts/:fingerprint/why?time=`: at that time, now when it is not given. */
export interface AlertWhy {
  readonly timeMs: number;
  readonly labels: LabelSet;
  /** The answer in one sentence. */
  readonly summary: string;
  /** By route that matched, in the order in which things are decided. */
  readonly steps: readonly WhyStep[];
}

/** `GET alert-history?start&end&match[]`: who fired when. */
export interface AlertHistory {
  readonly startMs: number;
  readonly endMs: number;
  readonly rows: readonly {
    readonly fingerprint: string;
    readonly name: string;
    readonly labels: LabelSet;
    readonly spans: readonly AlertStateSpan[];
    readonly firedCount: number;
    readonly firingMs: number;
    /** From firing to the first acknowledgement; null when nobody acknowledged. */
    readonly acknowledgedAfterMs: number | null;
  }[];
  /** Means over all that ended; null when there is none. */
  readonly meanAcknowledgeMs: number | null;
  readonly meanResolveMs: number | null;
}

/** `GET incidents`. */
export interface AlertIncident {
  readonly id: string;
  /** What its alerts share: `service=checkout`. */
  readonly title: string;
  readonly startedMs: number;
  readonly fingerprints: readonly string[];
}

export interface AlertIncidents {
  readonly incidents: readonly AlertIncident[];
}

/** `POST alerts/:fingerprint/acknowledge`, DELETE takes it back; `POST alerts/:fingerprint/notes`. */
export interface AcknowledgeRequest {
  readonly by: string;
  readonly note: string;
}

/** Answer of both methods of `acknowledge`; null after it was taken back. DELETE takes `?by=`. */
export interface AcknowledgeResult {
  readonly acknowledgement: AlertAcknowledgement | null;
}

/** `POST silences/preview`: what a silence with these matchers would keep quiet. */
export interface SilencePreviewRequest {
  readonly matchers: readonly {
    readonly name: string;
    readonly value: string;
    readonly isRegex: boolean;
    readonly isEqual: boolean;
  }[];
}

export interface SilencePreview {
  /** Firing now. */
  readonly alerts: readonly AlertInstance[];
  /** Different alerts that fired within the last day. */
  readonly lastDayCount: number;
  readonly includesCritical: boolean;
}
