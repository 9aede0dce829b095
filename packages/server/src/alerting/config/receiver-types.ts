/**
 * Receivers of `alertmanager.yml`, one type for each integration that Sightline sends, with every default and what `global` gives
 * filled in. Texts marked as templates are executed for each notification. Key names and defaults: Alertmanager config/notifiers.go.
 */
import type { HttpClientConfig, Secret, TlsConfig } from '../../config/prometheus/types.ts';

export interface ReceiverConfig {
  readonly name: string;
  /** By kind in Alertmanager's order of building them, then as in the file. */
  readonly integrations: readonly IntegrationConfig[];
}

export type IntegrationConfig =
  | WebhookConfig
  | EmailConfig
  | PagerDutyConfig
  | OpsgenieConfig
  | SlackConfig
  | TelegramConfig
  | DiscordConfig
  | MsTeamsConfig
  | MsTeamsV2Config;

interface Common<TKind extends string> {
  readonly kind: TKind;
  /** Place among the receiver's integrations of this kind. */
  readonly index: number;
  readonly sendResolved: boolean;
}

interface OverHttp {
  readonly http: HttpClientConfig;
}

export interface WebhookConfig extends Common<'webhook'>, OverHttp {
  /** May hold a template. */
  readonly url: Secret;
  /** 0: no limit. */
  readonly maxAlerts: number;
  /** 0: only the limit of the notification as a whole. */
  readonly timeoutMs: number;
}

export interface EmailConfig extends Common<'email'> {
  /** Template: addresses, separated by commas. */
  readonly to: string;
  /** Template. */
  readonly from: string;
  readonly hello: string;
  readonly smarthost: { readonly host: string; readonly port: string };
  readonly authUsername: string;
  readonly authPassword: Secret | undefined;
  /** For CRAM-MD5. */
  readonly authSecret: Secret | undefined;
  readonly authIdentity: string;
  /** Templates by canonical name; `Subject` only when the file gives it. */
  readonly headers: Readonly<Record<string, string>>;
  /** Template; '' sends no HTML part. */
  readonly html: string;
  /** Template; '' sends no text part. */
  readonly text: string;
  readonly requireTls: boolean;
  readonly tls: TlsConfig;
  /** TLS from the first byte; undefined: only on port 465. */
  readonly implicitTls: boolean | undefined;
  readonly threading: { readonly enabled: boolean; readonly threadByDate: string };
}

/** Texts are templates. */
export interface PagerDutyConfig extends Common<'pagerduty'>, OverHttp {
  /** Events API v2. */
  readonly routingKey: Secret | undefined;
  /** Events API v1; used when there is no routing key. */
  readonly serviceKey: Secret | undefined;
  readonly url: string;
  readonly client: string;
  readonly clientUrl: string;
  readonly description: string;
  /** Templates, at any depth. */
  readonly details: Readonly<Record<string, DetailValue>>;
  readonly images: readonly { readonly src: string; readonly alt: string; readonly href: string }[];
  readonly links: readonly { readonly href: string; readonly text: string }[];
  readonly source: string;
  readonly severity: string;
  readonly class: string;
  readonly component: string;
  readonly group: string;
  readonly timeoutMs: number;
}

export type DetailValue =
  | string
  | number
  | boolean
  | null
  | readonly DetailValue[]
  | { readonly [key: string]: DetailValue };

/** Texts are templates. */
export interface OpsgenieConfig extends Common<'opsgenie'>, OverHttp {
  /** The text is a template. */
  readonly apiKey: Secret;
  /** Ends with `/`. */
  readonly apiUrl: string;
  readonly message: string;
  readonly description: string;
  readonly source: string;
  readonly details: Readonly<Record<string, string>>;
  readonly entity: string;
  readonly responders: readonly OpsgenieResponder[];
  readonly actions: string;
  readonly tags: string;
  readonly note: string;
  readonly priority: string;
  readonly updateAlerts: boolean;
}

/** One of id, name and username is given. */
export interface OpsgenieResponder {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly type: string;
}

/** Texts are templates. */
export interface SlackConfig extends Common<'slack'>, OverHttp {
  /** Of the incoming webhook, or of `chat.postMessage` when there is a token. */
  readonly apiUrl: Secret;
  /** Sent as bearer token. */
  readonly appToken: Secret | undefined;
  readonly channel: string;
  readonly username: string;
  readonly color: string;
  readonly title: string;
  readonly titleLink: string;
  readonly pretext: string;
  readonly text: string;
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
  readonly mrkdwnIn: readonly string[];
  readonly actions: readonly SlackAction[];
  readonly updateMessage: boolean;
  readonly timeoutMs: number;
}

export interface SlackField {
  readonly title: string;
  readonly value: string;
  /** Undefined: as `shortFields` says. */
  readonly short: boolean | undefined;
}

export interface SlackAction {
  readonly type: string;
  readonly text: string;
  /** With a URL there is no name, value or confirmation. */
  readonly url: string;
  readonly style: string;
  readonly name: string;
  readonly value: string;
  readonly confirm:
    | { readonly text: string; readonly title: string; readonly okText: string; readonly dismissText: string }
    | undefined;
}

export interface TelegramConfig extends Common<'telegram'>, OverHttp {
  readonly apiUrl: string;
  readonly botToken: Secret;
  /** A number, as text or in a file. */
  readonly chatId: Secret;
  /** 0: none. */
  readonly messageThreadId: number;
  /** Template. */
  readonly message: string;
  readonly disableNotifications: boolean;
  readonly parseMode: 'HTML' | 'Markdown' | 'MarkdownV2' | '';
  readonly timeoutMs: number;
}

/** Texts are templates. */
export interface DiscordConfig extends Common<'discord'>, OverHttp {
  readonly webhookUrl: Secret;
  readonly content: string;
  readonly title: string;
  readonly message: string;
  readonly username: string;
  readonly avatarUrl: string;
}

/** Office 365 connectors. Texts are templates. */
export interface MsTeamsConfig extends Common<'msteams'>, OverHttp {
  readonly webhookUrl: Secret;
  readonly title: string;
  readonly summary: string;
  readonly text: string;
}

/** Power Automate workflows. Texts are templates. */
export interface MsTeamsV2Config extends Common<'msteamsv2'>, OverHttp {
  readonly webhookUrl: Secret;
  readonly title: string;
  readonly text: string;
}
