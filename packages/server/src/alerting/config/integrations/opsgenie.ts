/** opsgenie_configs. */
import { templateProblem } from '../template-syntax.ts';
import { ObjectReader } from '../../../lib/yaml-object.ts';
import { readHttp, readHttpUrl, readSecret, readTemplate, readTemplateMap, type TemplateTexts } from '../kit.ts';
import type { OpsgenieConfig, OpsgenieResponder } from '../receiver-types.ts';
import { type IntegrationInput, reportMissing } from './kind.ts';
import { withSlash } from './urls.ts';

const HINTS = {
  teams: 'did you mean `responders`? `responders: [{name: ..., type: team}]`',
  recipients: 'did you mean `responders`? `responders: [{name: ..., type: team}]`',
  url: 'did you mean `api_url`?',
  text: 'did you mean `message` (the title) or `description`?',
  title: 'did you mean `message`?',
};

const TYPES = ['team', 'teams', 'user', 'escalation', 'schedule'];

export function readOpsgenie({ reader, global, texts, index }: IntegrationInput): OpsgenieConfig | undefined {
  const own = reader.isGiven('api_url') ? readHttpUrl(reader, 'api_url') : global.urls.opsgenie_api_url;
  if (own === undefined && !reader.isGiven('api_url'))
    reportMissing(reader, 'api_url', 'there is no URL', 'remove the empty `opsgenie_api_url` under `global`');
  const apiKey = readSecret(reader, 'api_key', 'api_key_file') ?? global.opsgenieApiKey;
  if (apiKey === undefined) {
    const hint = 'set `api_key` or `api_key_file` here, or `opsgenie_api_key` under `global`';
    reportMissing(reader, 'api_key', 'there is no API key', hint);
  }
  const config = {
    kind: 'opsgenie' as const,
    index,
    sendResolved: reader.boolean('send_resolved', true),
    http: readHttp(reader, global.http),
    message: readTemplate(reader, 'message', texts, '{{ template "opsgenie.default.message" . }}'),
    description: readTemplate(reader, 'description', texts, '{{ template "opsgenie.default.description" . }}'),
    source: readTemplate(reader, 'source', texts, '{{ template "opsgenie.default.source" . }}'),
    details: readTemplateMap(reader, 'details', texts),
    entity: readTemplate(reader, 'entity', texts),
    responders: readResponders(reader, texts),
    actions: readTemplate(reader, 'actions', texts),
    tags: readTemplate(reader, 'tags', texts),
    note: readTemplate(reader, 'note', texts),
    priority: readTemplate(reader, 'priority', texts),
    updateAlerts: reader.boolean('update_alerts'),
  };
  reader.finish({ hints: HINTS });
  if (own === undefined || apiKey === undefined) return undefined;
  return { ...config, apiUrl: withSlash(own), apiKey };
}

function readResponders(parent: ObjectReader, texts: TemplateTexts): OpsgenieResponder[] {
  return parent.list('responders', 'a list of responders').flatMap((cursor) => {
    const reader = ObjectReader.open(cursor, 'a responder with `name` and `type`');
    if (reader === undefined) return [];
    const responder = {
      id: readTemplate(reader, 'id', texts),
      name: readTemplate(reader, 'name', texts),
      username: readTemplate(reader, 'username', texts),
    };
    if (responder.id === '' && responder.name === '' && responder.username === '')
      reportMissing(reader, 'name', 'a responder has no `id`, `name` or `username`', 'give one of them');
    const type = readType(reader, texts);
    reader.finish();
    return [{ ...responder, type }];
  });
}

/** One of a few words, or a template that gives one. */
function readType(reader: ObjectReader, texts: TemplateTexts): string {
  const text = readTemplate(reader, 'type', texts);
  const cursor = reader.at('type');
  if (text.includes('{{')) {
    const problem = templateProblem(text);
    if (problem !== undefined) cursor?.error({ code: 'alertmanager/template', message: problem.message });
    return text;
  }
  const type = text.toLowerCase();
  if (!TYPES.includes(type))
    reportMissing(reader, 'type', `\`type\` has to be one of ${TYPES.join(', ')}`, 'most often it is `team`');
  return type;
}
