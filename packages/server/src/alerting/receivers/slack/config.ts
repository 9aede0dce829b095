/** `slack_configs`. All texts are templates. Source: Alertmanager notify/slack/config.go. */
import type { Secret } from '../../../config/prometheus/types.ts';
import type { HttpIntegrationConfig } from '../integration-config.ts';

export interface SlackField {
  readonly title: string;
  readonly value: string;
  /** Missing: `shortFields` decides. */
  readonly short?: boolean;
}

export interface SlackAction {
  readonly type: string;
  readonly text: string;
  readonly url: string;
  readonly style: string;
  readonly name: string;
  readonly value: string;
  readonly confirm?: {
    readonly text: string;
    readonly title: string;
    readonly okText: string;
    readonly dismissText: string;
  };
}

export interface SlackConfig extends HttpIntegrationConfig {
  /** `api_url`, `api_url_file` or `app_url`, of the receiver or of `global`. */
  readonly apiUrl: Secret;
  /** `app_token`: sent as bearer token. */
  readonly appToken?: Secret;
  readonly channel: string;
  readonly username: string;
  readonly color: string;
  readonly title: string;
  readonly titleLink: string;
  readonly pretext: string;
  readonly text: string;
  /** `message_text`: the text above the attachment; empty: none. */
  readonly messageText: string;
  readonly fields: readonly SlackField[];
  readonly shortFields: boolean;
  readonly footer: string;
  readonly fallback: string;
  readonly callbackId: string;
  readonly iconEmoji: string;
  readonly iconUrl: string;
  readonly imageUrl: string;
  readonly thumbUrl: string;
  readonly linkNames: boolean;
  /** Empty: fallback, pretext and text. */
  readonly mrkdwnIn: readonly string[];
  readonly actions: readonly SlackAction[];
}

export const SLACK_DEFAULTS = {
  color: '{{ if eq .Status "firing" }}danger{{ else }}good{{ end }}',
  username: '{{ template "slack.default.username" . }}',
  title: '{{ template "slack.default.title" . }}',
  titleLink: '{{ template "slack.default.titlelink" . }}',
  iconEmoji: '{{ template "slack.default.iconemoji" . }}',
  iconUrl: '{{ template "slack.default.iconurl" . }}',
  pretext: '{{ template "slack.default.pretext" . }}',
  text: '{{ template "slack.default.text" . }}',
  fallback: '{{ template "slack.default.fallback" . }}',
  callbackId: '{{ template "slack.default.callbackid" . }}',
  footer: '{{ template "slack.default.footer" . }}',
} as const;
