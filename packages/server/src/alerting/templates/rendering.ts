/**
 * The texts of one message. A template that fails does not lose the alert: a plain text takes its place, the message says
 * what failed, and whoever looks after the configuration hears of it.
 */
import { type NotificationData, type NotificationTemplates, TemplateError } from '@sightline/gotemplate';
import type { Alert } from '../alert.ts';
import { type Notification, NotifyError } from '../receivers/receiver.ts';
import { alertPageUrl } from './alert-page.ts';
import { templateData } from './template-data.ts';

export interface RenderingOptions {
  readonly templates: NotificationTemplates;
  readonly externalUrl: string;
  readonly notification: Notification;
  /** Missing: all of the notification. */
  readonly alerts?: readonly Alert[];
}

/** Alerts in a plain message. */
const MAX_PLAIN_ALERTS = 50;

export class Rendering {
  readonly #options: RenderingOptions;
  readonly #failures: string[] = [];
  #data: NotificationData | undefined;

  constructor(options: RenderingOptions) {
    this.#options = options;
  }

  get data(): NotificationData {
    const { notification, alerts = notification.alerts, externalUrl } = this.#options;
    this.#data ??= templateData(notification, alerts, externalUrl);
    return this.#data;
  }

  get isFiring(): boolean {
    return this.data.status === 'firing';
  }

  /** What failed so far: the field, the template and the place in it. */
  get failures(): readonly string[] {
    return this.#failures;
  }

  /** A paragraph for the reader of the message, empty when all templates worked. */
  get note(): string {
    if (this.#failures.length === 0) return '';
    return `A template of this notification failed, so this is a plain message. ${this.#failures.join('; ')}`;
  }

  /** @param plain what stands there when the template fails */
  text(field: string, template: string, plain = ''): Promise<string> {
    return this.#render('text', field, template, plain);
  }

  /** As `text`, what the template inserts escaped for HTML; so is the plain text. */
  html(field: string, template: string, plain = ''): Promise<string> {
    return this.#render('html', field, template, escapeHtml(plain));
  }

  /** For what has no substitute: addresses and keys. @throws NotifyError permanent */
  async required(field: string, template: string): Promise<string> {
    const failed = this.#failures.length;
    const text = await this.text(field, template);
    const failure = this.#failures[failed];
    if (failure !== undefined) throw new NotifyError('permanent', failure);
    return text;
  }

  /** One line: the state, how many, and what the group has in common. */
  get plainTitle(): string {
    const { alerts, groupLabels } = this.data;
    const firing = alerts.filter(({ status }) => status === 'firing').length;
    return [`[${firing > 0 ? `FIRING:${firing}` : 'RESOLVED'}]`, ...Object.values(groupLabels)].join(' ');
  }

  /** What is known of the alerts, and what failed. */
  get plainText(): string {
    const { alerts, externalURL } = this.data;
    const blocks = alerts.slice(0, MAX_PLAIN_ALERTS).map(({ status, labels, annotations, fingerprint }) => {
      const about = annotations['summary'] ?? annotations['description'] ?? '';
      const pairs = Object.entries(labels).map(([name, value]) => `${name}=${value}`);
      const lines = [`${status}: ${pairs.join(', ')}`, about, alertPageUrl(externalURL, fingerprint)];
      return lines.filter((line) => line !== '').join('\n');
    });
    if (alerts.length > MAX_PLAIN_ALERTS) blocks.push(`and ${alerts.length - MAX_PLAIN_ALERTS} more`);
    return blocks.join('\n\n');
  }

  async #render(kind: 'text' | 'html', field: string, template: string, plain: string): Promise<string> {
    const { templates, externalUrl, notification } = this.#options;
    // Most addresses and keys: a text without an action is its own result.
    if (!template.includes('{{')) return template;
    try {
      return await templates[kind](template, this.data, { nowMs: notification.nowMs, externalUrl });
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      this.#failures.push(`${field}: ${error.message}`);
      return plain;
    }
  }
}

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}
