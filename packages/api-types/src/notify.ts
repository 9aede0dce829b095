/** `/api/sightline/v1/notify`: receivers, what they last did, and the tree of routes. Times are Unix ms. */
import type { LabelSet } from './alerts.ts';

export interface IntegrationEntry {
  /** `slack`, `email`, as the key in alertmanager.yml without `_configs`. */
  readonly name: string;
  readonly index: number;
  readonly sendResolved: boolean;
  /** Where it goes, without secrets: `#alerts`, `oncall@example.org`, the host of a URL. */
  readonly target: string;
  /** Null before the first. */
  readonly lastResult: {
    readonly timeMs: number;
    readonly isOk: boolean;
    /** '' for a success. */
    readonly error: string;
  } | null;
  readonly sentTotal: number;
  readonly failedTotal: number;
}

export interface ReceiverEntry {
  readonly name: string;
  readonly integrations: readonly IntegrationEntry[];
  /** A route names it. */
  readonly isUsed: boolean;
}

export interface RouteEntry {
  /** Indices from the root: '' is the root, `0.2` the third child of its first child. */
  readonly id: string;
  readonly receiver: string;
  readonly matchers: readonly string[];
  readonly continue: boolean;
  readonly groupBy: readonly string[] | '...';
  readonly groupWaitMs: number;
  readonly groupIntervalMs: number;
  readonly repeatIntervalMs: number;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  /** Time intervals that keep it quiet now. */
  readonly mutedBy: readonly string[];
  readonly routes: readonly RouteEntry[];
}

/** `GET notify`. */
export interface NotifyStatus {
  readonly nowMs: number;
  /** '' for the built-in default. */
  readonly configFile: string;
  readonly receivers: readonly ReceiverEntry[];
  readonly route: RouteEntry;
  readonly escalations: readonly EscalationEntry[];
}

/** `alerting.escalations` of sightline.yml. */
export interface EscalationEntry {
  readonly name: string;
  readonly matchers: readonly string[];
  readonly steps: readonly {
    readonly afterMs: number;
    readonly receiver: string;
    readonly activeTimeIntervals: readonly string[];
  }[];
}

/** `POST notify/route`: the routes that an alert with these labels takes. */
export interface RouteTest {
  readonly labels: LabelSet;
}

export interface RouteTestResult {
  /** Ids of routes, in order, and their receivers. */
  readonly matches: readonly { readonly routeId: string; readonly receiver: string; readonly groupLabels: LabelSet }[];
}

/** `POST notify/receivers/:name/test`: sends a marked test alert to every integration of the receiver. */
export interface ReceiverTestResult {
  readonly results: readonly {
    readonly integration: string;
    readonly isOk: boolean;
    readonly error: string;
    readonly ms: number;
  }[];
}
