/** The templates of an Alertmanager configuration: its files, and the texts of receivers executed among them. */
import type { Environment } from '../exec/run.ts';
import { TemplateSet } from '../exec/set.ts';
import { escapeTemplateSet } from '../html/escape-set.ts';
import { type NotificationData, notificationData } from './data.ts';
import { ALERTMANAGER_FUNCTIONS } from './functions.ts';

export interface TemplateFile {
  /** The file's base name; empty for built-in templates, as Alertmanager's error messages show them. */
  readonly name: string;
  readonly text: string;
}

/** Texts whose parsed form is kept. */
const MAX_CACHED = 500;

export class NotificationTemplates {
  readonly #files: TemplateSet;
  readonly #cache = new Map<string, TemplateSet>();

  /** @throws TemplateError `template_parse`: a file is not a template */
  constructor(files: readonly TemplateFile[]) {
    this.#files = new TemplateSet({ functions: ALERTMANAGER_FUNCTIONS, missingKey: 'zero' });
    for (const file of files) this.#files.parse(file.name, file.text);
  }

  /** Executes a receiver's text, for example `{{ template "slack.default.title" . }}`. @throws TemplateError */
  text(text: string, data: NotificationData, environment: Environment = {}): string | Promise<string> {
    return text === '' ? '' : this.#prepared('text', text).execute('', notificationData(data), environment);
  }

  /** As `text`, with what the templates insert escaped for the place in HTML where it stands. @throws TemplateError */
  html(text: string, data: NotificationData, environment: Environment = {}): string | Promise<string> {
    return text === '' ? '' : this.#prepared('html', text).execute('', notificationData(data), environment);
  }

  #prepared(kind: 'text' | 'html', text: string): TemplateSet {
    const key = `${kind}\n${text}`;
    const known = this.#cache.get(key);
    if (known !== undefined) return known;
    const set = this.#files.clone();
    set.parse('', text);
    const prepared = kind === 'html' ? escapeTemplateSet(set, '') : set;
    if (this.#cache.size >= MAX_CACHED) this.#cache.clear();
    this.#cache.set(key, prepared);
    return prepared;
  }
}
