/**
 * Alerts raised from code: always a line; and to Alertmanager's API v2 (`POST /api/v2/alerts`, which Sightline serves too) and a
 * Slack incoming webhook where they are configured, bounded, retried and not more often than the cooldown.
 */
import type { Core } from '../core/core.ts';
import { BatchExporter } from '../export/batch-exporter.ts';
import type { LogLevel } from '../options/level.ts';
import type { Serializer } from './json/serializer.ts';

export type AlertSeverity = 'critical' | 'error' | 'warning' | 'info';

/** An alert: the severity, texts and labels with a meaning, and any further fields, which become annotations. */
export interface AlertData {
  readonly severity: AlertSeverity;
  /** One line for people. */
  readonly summary?: string | undefined;
  readonly description?: string | undefined;
  /** Further labels: what routes and silences match on; keep their values few. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  readonly [field: string]: unknown;
}

export interface AlertOptions {
  /**
   * Where it should arrive. `slack` uses the webhook when one is configured; all names are the label `channels` (with commas
   * around each), which routes can match: `channels=~".*,email,.*"`. Without channels every configured way is used.
   */
  readonly channels?: readonly string[] | undefined;
}

/** How alerts leave the process. */
export interface AlertsOptions {
  /** Base address of Alertmanager's API; ALERTMANAGER_URL unless given. */
  readonly url?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Slack incoming webhook; SLACK_WEBHOOK_URL unless given. */
  readonly slackWebhookUrl?: string | undefined;
  /** The same alert (name, severity, labels) is sent again only after so long; 60,000 ms. The line is always written. */
  readonly cooldownMs?: number | undefined;
  /** When the receiver may take the alert for resolved; its own time limit unless given. */
  readonly resolveAfterMs?: number | undefined;
}

const LEVELS: Readonly<Record<AlertSeverity, LogLevel>> = {
  critical: 'critical',
  error: 'error',
  warning: 'warn',
  info: 'info',
};
const COOLDOWN_MS = 60_000;
const MAX_KNOWN = 1000;
const MAX_TEXT = 1024;

/** An alert as Alertmanager's API v2 takes it. */
interface PostedAlert {
  readonly labels: Record<string, string>;
  readonly annotations: Record<string, string>;
  readonly startsAt: string;
  readonly endsAt?: string;
}

export class Alerts {
  readonly #core: Core;
  readonly #options: AlertsOptions;
  readonly #serializer: Serializer;
  readonly #manager: BatchExporter<PostedAlert> | undefined;
  readonly #slack: BatchExporter<PostedAlert> | undefined;
  readonly #sent = new Map<string, { atMs: number; held: number }>();

  constructor(core: Core, serializer: Serializer, options: AlertsOptions = {}) {
    this.#core = core;
    this.#options = options;
    this.#serializer = serializer;
    const url = options.url ?? core.env.alertmanagerUrl;
    const slackUrl = options.slackWebhookUrl ?? core.env.slackWebhookUrl;
    const common = { core, signal: 'alerts', contentType: 'application/json', maxQueue: 256, delayMs: 50 } as const;
    if (url !== undefined) {
      this.#manager = new BatchExporter<PostedAlert>({
        ...common,
        name: 'alerts',
        url: `${url.replace(/\/+$/, '')}/api/v2/alerts`,
        headers: options.headers,
        encode: (alerts) => Buffer.from(JSON.stringify(alerts)),
      });
    }
    if (slackUrl !== undefined) {
      this.#slack = new BatchExporter<PostedAlert>({
        ...common,
        name: 'slack',
        url: slackUrl,
        // A webhook takes one message at a time.
        maxBatch: 1,
        encode: ([alert]) => Buffer.from(JSON.stringify({ text: alert === undefined ? '' : slackText(alert) })),
      });
    }
  }

  /** What holds alerts back: to be flushed with the rest. */
  get exporters(): BatchExporter<PostedAlert>[] {
    return [this.#manager, this.#slack].filter((exporter) => exporter !== undefined);
  }

  raise(
    write: (level: LogLevel, message: string, data: object) => void,
    name: string,
    data: AlertData,
    options: AlertOptions = {},
  ): void {
    const { labels, ...fields } = data;
    const channels = options.channels;
    write(LEVELS[data.severity] ?? 'critical', `alert: ${name}`, {
      alert: name,
      ...fields,
      ...(labels === undefined ? {} : { labels }),
      ...(channels === undefined ? {} : { channels }),
    });
    if (this.#manager === undefined && this.#slack === undefined) return;
    const held = this.#dueAfter(`${name}\n${data.severity}\n${JSON.stringify(labels ?? {})}`);
    if (held === undefined) return;
    const alert = this.#posted(name, data, channels, held);
    this.#manager?.push(alert);
    if (channels === undefined || channels.includes('slack')) this.#slack?.push(alert);
  }

  /** How many were held back since the last one was sent; undefined while the cooldown lasts. */
  #dueAfter(key: string): number | undefined {
    const now = Date.now();
    const last = this.#sent.get(key);
    if (last !== undefined && now - last.atMs < (this.#options.cooldownMs ?? COOLDOWN_MS)) {
      last.held++;
      return undefined;
    }
    if (last === undefined && this.#sent.size >= MAX_KNOWN) {
      for (const oldest of this.#sent.keys()) {
        this.#sent.delete(oldest);
        break;
      }
    }
    this.#sent.set(key, { atMs: now, held: 0 });
    return last?.held ?? 0;
  }

  #posted(name: string, data: AlertData, channels: readonly string[] | undefined, held: number): PostedAlert {
    const { severity, labels, ...rest } = data;
    const { resource } = this.#core;
    const now = Date.now();
    const { resolveAfterMs } = this.#options;
    return {
      labels: texts(
        this.#safe({
          service: resource.service,
          environment: resource.environment,
          instance: resource.instanceId,
          ...labels,
          ...(channels === undefined ? {} : { channels: `,${channels.join(',')},` }),
          severity,
          alertname: name,
        }),
      ),
      annotations: texts({
        summary: name,
        ...this.#safe(rest),
        ...(held === 0 ? {} : { held_back: held }),
      }),
      startsAt: new Date(now).toISOString(),
      ...(resolveAfterMs === undefined ? {} : { endsAt: new Date(now + resolveAfterMs).toISOString() }),
    };
  }

  /** The fields as lines have them: secrets hidden, sizes bounded. */
  #safe(fields: object): Record<string, unknown> {
    return JSON.parse(`{${this.#serializer.data(fields)}}`) as Record<string, unknown>;
  }
}

/** Labels and annotations are texts, and their names have no other characters than those of metrics. */
function texts(fields: Record<string, unknown>): Record<string, string> {
  const out: Record<string, string> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === null || value === '') continue;
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    out[name.replace(/[^a-zA-Z0-9_]/g, '_').replace(/^(?=\d)/, '_')] = text.slice(0, MAX_TEXT);
  }
  return out;
}

function slackText(alert: PostedAlert): string {
  const { severity = '', alertname = '', service = '', environment = '' } = alert.labels;
  const { summary, ...others } = alert.annotations;
  const lines = Object.entries(others).map(([name, value]) => `• ${name}: ${value}`);
  const title = `*${severity.toUpperCase()}* ${alertname} (${service}, ${environment})`;
  return [title, summary === alertname ? undefined : summary, ...lines]
    .filter((line) => line !== undefined)
    .join('\n')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
