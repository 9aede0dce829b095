/** Texts of receivers that are templates: what cannot work is told before the first message. */
import path from 'node:path';
import { type NotificationData, type NotificationTemplates, TemplateError } from '@sightline/gotemplate';
import { closest } from '../../../lib/yaml-suggest.ts';
import { createTemplates } from '../../templates/create-templates.ts';
import { EMAIL_TEMPLATES } from '../../templates/email-templates.ts';
import { TEXT_TEMPLATES } from '../../templates/text-templates.ts';
import type { TemplateText, TemplateTexts } from '../kit.ts';
import { templateProblem } from '../template-syntax.ts';

const DEFINITION = /\{\{-?\s*(?:define|block)\s+["`]([^"`]+)["`]/g;
const CALL = /\{\{-?\s*template\s+["`]([^"`]+)["`]/g;

/** Names that exist without any file. */
const BUILT_IN: readonly string[] = namesIn(TEXT_TEMPLATES + EMAIL_TEMPLATES, DEFINITION);

/** Alertmanager has texts for them, Sightline does not send them. */
const UNSENT = /^(?:pushover|wechat|rocketchat|mattermost|victorops|sns|webex|jira)\.default\./;

/** `files`: texts of the template files by their path; all of them parse. */
export function lintTemplates(texts: TemplateTexts, files: ReadonlyMap<string, string>): void {
  const defined = new Set(BUILT_IN);
  for (const [file, text] of files)
    for (const name of [path.basename(file), ...namesIn(text, DEFINITION)]) defined.add(name);
  const templates = createTemplates([...files].map(([file, text]) => ({ name: path.basename(file), text })));
  for (const text of texts) lintText(text, defined, templates);
}

/** Alertmanager looks at these only when it sends, so that they cannot be errors of the file. */
function lintText(
  { cursor, text }: TemplateText,
  defined: ReadonlySet<string>,
  templates: NotificationTemplates,
): void {
  const problem = templateProblem(text);
  if (problem !== undefined) {
    cursor.warn({
      code: 'alertmanager/template',
      message: `the template does not parse: ${problem.message}`,
      hint: parseHint(problem.message) ?? CONSEQUENCE,
    });
    return;
  }
  const own = namesIn(text, DEFINITION);
  const unknown = namesIn(text, CALL).filter((name) => !defined.has(name) && !own.includes(name) && !UNSENT.test(name));
  for (const name of unknown) {
    const near = closest(name, defined);
    cursor.warn({
      code: 'alertmanager/unknown-template',
      message: `there is no template \`${name}\``,
      hint: near === undefined ? 'define it in a file that `templates` names' : `did you mean \`${near}\`?`,
    });
  }
  const failure = unknown.length > 0 ? undefined : failureOf(text, templates);
  if (failure === undefined) return;
  cursor.warn({
    code: 'alertmanager/template-data',
    message: `the template fails with every message: ${failure}`,
    hint: dataHint(failure) ?? CONSEQUENCE,
  });
}

const CONSEQUENCE = 'Alertmanager accepts it and cannot send; Sightline sends a plain text in its place';

/** What people take from the templates of rules. */
function parseHint(message: string): string | undefined {
  if (/undefined variable "\$(?:labels|value|externalLabels)"/.test(message))
    return 'that is a variable of rules; here write `.CommonLabels.x`, or `.Labels.x` inside of `{{ range .Alerts }}`';
  if (/function "(?:humanize\w*|query|first|value|label|sortByLabel|externalURL|printf?ln)" not defined/.test(message))
    return 'that is a function of rules: use it in an annotation of the rule, and the annotation here';
  return undefined;
}

function dataHint(failure: string): string | undefined {
  const field = /can't evaluate field (\w+) in type \*template\.Data/.exec(failure)?.[1] ?? '';
  if (['Labels', 'Annotations'].includes(field))
    return `each alert has \`.${field}\`: write \`.Common${field}\`, or \`{{ range .Alerts }}{{ .${field}.x }}{{ end }}\``;
  if (/^(?:StartsAt|EndsAt|GeneratorURL|Fingerprint)$/.test(field))
    return `each alert has \`.${field}\`: write \`{{ range .Alerts }}{{ .${field} }}{{ end }}\``;
  const fields = ['Receiver', 'Status', 'Alerts', 'GroupLabels', 'CommonLabels', 'CommonAnnotations', 'ExternalURL'];
  return field === '' ? undefined : `there is ${fields.map((name) => `\`.${name}\``).join(', ')}`;
}

/** Why the text cannot work whatever the alerts are; what depends on them is not found. */
function failureOf(text: string, templates: NotificationTemplates): string | undefined {
  try {
    void templates.text(text, EXAMPLE);
    return undefined;
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return /can't evaluate field \w+ in type/.test(error.message)
      ? error.message.replace(/^template: :?/, 'line ')
      : undefined;
  }
}

const ALERT = {
  labels: { alertname: 'Example', severity: 'critical' },
  annotations: { summary: 'an example' },
  startsAt: '2026-01-01T00:00:00Z',
  generatorURL: 'http://localhost/',
  fingerprint: '0123456789abcdef',
};

const EXAMPLE: NotificationData = {
  receiver: 'example',
  status: 'firing',
  alerts: [
    { ...ALERT, status: 'firing', endsAt: '0001-01-01T00:00:00Z' },
    { ...ALERT, status: 'resolved', endsAt: '2026-01-01T00:10:00Z' },
  ],
  groupLabels: { alertname: 'Example' },
  commonLabels: ALERT.labels,
  commonAnnotations: ALERT.annotations,
  externalURL: 'http://localhost/',
};

function namesIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map(([, name]) => name ?? '');
}
