/** `pagerduty_configs`. All texts are templates. Source: Alertmanager notify/pagerduty/config.go. */
import type { Secret } from '../../../config/prometheus/types.ts';
import type { HttpIntegrationConfig } from '../integration-config.ts';

/** Text is a template; lists and maps may hold more. */
export type PagerdutyDetail =
  | string
  | number
  | boolean
  | null
  | readonly PagerdutyDetail[]
  | { readonly [key: string]: PagerdutyDetail };

export interface PagerdutyConfig extends HttpIntegrationConfig {
  /** Events API v2; when missing, `serviceKey` is used with the API of version 1. */
  readonly routingKey?: Secret;
  readonly serviceKey?: Secret;
  /** The receiver's `url` or `pagerduty_url` of `global`. */
  readonly url: string;
  readonly client: string;
  readonly clientUrl: string;
  readonly description: string;
  /** With PAGERDUTY_DETAILS for the keys that are not given. */
  readonly details: Readonly<Record<string, PagerdutyDetail>>;
  readonly images: readonly { readonly src: string; readonly alt: string; readonly href: string }[];
  readonly links: readonly { readonly href: string; readonly text: string }[];
  /** When not given: that of `client`. */
  readonly source: string;
  readonly severity: string;
  readonly class: string;
  readonly component: string;
  readonly group: string;
}

export const PAGERDUTY_DEFAULTS = {
  url: 'https://events.pagerduty.com/v2/enqueue',
  description: '{{ template "pagerduty.default.description" .}}',
  client: '{{ template "pagerduty.default.client" . }}',
  clientUrl: '{{ template "pagerduty.default.clientURL" . }}',
} as const;

export const PAGERDUTY_DETAILS: Readonly<Record<string, string>> = {
  firing: '{{ template "pagerduty.default.instances" .Alerts.Firing }}',
  resolved: '{{ template "pagerduty.default.instances" .Alerts.Resolved }}',
  num_firing: '{{ .Alerts.Firing | len }}',
  num_resolved: '{{ .Alerts.Resolved | len }}',
};
