/** `alertmanager.yml` as the rest of alerting sees it: checked, defaults filled in, times in ms. Source: Alertmanager config/config.go. */
import type { TemplateFile } from '@sightline/gotemplate';
import type { Matcher } from '@sightline/model';
import type { ReceiverConfig } from './receiver-types.ts';

export interface AlertmanagerConfig {
  readonly route: RouteConfig;
  readonly inhibitRules: readonly InhibitRuleConfig[];
  /** By name; `time_intervals` and the older `mute_time_intervals`. */
  readonly timeIntervals: ReadonlyMap<string, readonly TimeInterval[]>;
  /** In the order of the file; everything that `global` gives is filled in. */
  readonly receivers: readonly ReceiverConfig[];
  /** Files with template definitions, as patterns with the folder of the configuration file in front. */
  readonly templates: readonly string[];
  /** The files those patterns found, as they were when the configuration was read. */
  readonly templateFiles: readonly TemplateFile[];
  /** How long an alert without an end stays firing after its last report. */
  readonly resolveTimeoutMs: number;
  /** The file's text with secrets masked, as `/api/v2/status` shows it. */
  readonly maskedYaml: string;
}

export interface RouteConfig {
  /** Inherited from the parent when undefined, as are the grouping and the times. */
  readonly receiver: string | undefined;
  readonly groupBy: readonly string[] | '...' | undefined;
  readonly groupWaitMs: number | undefined;
  readonly groupIntervalMs: number | undefined;
  readonly repeatIntervalMs: number | undefined;
  /** All must match; `match`, `match_re` and `matchers` together. */
  readonly matchers: readonly Matcher[];
  readonly continue: boolean;
  readonly muteTimeIntervals: readonly string[];
  readonly activeTimeIntervals: readonly string[];
  readonly routes: readonly RouteConfig[];
}

export interface InhibitRuleConfig {
  readonly sourceMatchers: readonly Matcher[];
  readonly targetMatchers: readonly Matcher[];
  readonly equal: readonly string[];
}

/** Inclusive on both ends, except `times`. */
export interface Span {
  readonly begin: number;
  readonly end: number;
}

/** Empty lists do not restrict. */
export interface TimeInterval {
  /** Minutes since midnight, the end exclusive. */
  readonly times: readonly Span[];
  /** 0 is Sunday. */
  readonly weekdays: readonly Span[];
  /** 1 to 31; negative ones count from the end of the month. */
  readonly daysOfMonth: readonly Span[];
  /** 1 to 12. */
  readonly months: readonly Span[];
  readonly years: readonly Span[];
  /** IANA name, `UTC` or `Local`. */
  readonly location: string;
}
