/** email_configs. */
import { readTls } from '../../../config/prometheus/tls.ts';
import type { ObjectReader } from '../../../lib/yaml-object.ts';
import { readHostPort } from '../host-port.ts';
import { readSecretFileFirst, readTemplate, readTemplateMap } from '../kit.ts';
import type { EmailConfig } from '../receiver-types.ts';
import { type IntegrationInput, reportMissing } from './kind.ts';

const HINTS = {
  subject: 'the subject is a header: `headers: {Subject: "..."}`',
  body: 'the body is `html` or `text`',
  message: 'the body is `html` or `text`',
  content: 'the body is `html` or `text`',
  cc: 'copies are headers, and the addresses have to stand in `to` as well: `headers: {Cc: "..."}`',
  bcc: 'put the address into `to`; the header `To` says what people see',
  reply_to: 'that is a header: `headers: {Reply-To: "..."}`',
  smtp_smarthost: 'did you mean `smarthost`? The keys with `smtp_` belong under `global`',
  smtp_from: 'did you mean `from`? The keys with `smtp_` belong under `global`',
  smtp_auth_username: 'did you mean `auth_username`? The keys with `smtp_` belong under `global`',
  smtp_auth_password: 'did you mean `auth_password`? The keys with `smtp_` belong under `global`',
  smtp_require_tls: 'did you mean `require_tls`? The keys with `smtp_` belong under `global`',
  host: 'did you mean `smarthost`? It takes host and port: `mail.example.org:587`',
  port: 'the port is part of `smarthost`: `mail.example.org:587`',
  username: 'did you mean `auth_username`?',
  password: 'did you mean `auth_password`?',
  tls: 'did you mean `require_tls` or `tls_config`?',
  http_config: 'mail does not go over HTTP; TLS settings stand under `tls_config`',
};

export function readEmail({ reader, global, texts, index }: IntegrationInput): EmailConfig | undefined {
  const { smtp } = global;
  const to = readTemplate(reader, 'to', texts);
  if (to === '')
    reportMissing(reader, 'to', '`to` is missing', 'name the addresses that get the mail, separated by commas');
  const from = readTemplate(reader, 'from', texts) || smtp.from;
  if (from === '')
    reportMissing(reader, 'from', 'there is no sender', 'set `from` here, or `smtp_from` under `global`');
  const smarthost = readSmarthost(reader) ?? smtp.smarthost;
  const requireTls = reader.given('require_tls')?.boolean() ?? smtp.requireTls;
  const headers = readHeaders(reader, texts);
  const config = {
    kind: 'email' as const,
    index,
    sendResolved: reader.boolean('send_resolved'),
    to,
    from,
    hello: reader.string('hello') || smtp.hello,
    authUsername: reader.string('auth_username') || smtp.authUsername,
    authPassword: readSecretFileFirst(reader, 'auth_password', 'auth_password_file') ?? smtp.authPassword,
    authSecret: readSecretFileFirst(reader, 'auth_secret', 'auth_secret_file') ?? smtp.authSecret,
    authIdentity: reader.string('auth_identity') || smtp.authIdentity,
    headers,
    html: readTemplate(reader, 'html', texts, '{{ template "email.default.html" . }}'),
    text: readTemplate(reader, 'text', texts),
    requireTls,
    tls: reader.isGiven('tls_config') ? readTls(reader.given('tls_config')) : smtp.tls,
    implicitTls: reader.given('force_implicit_tls')?.boolean() ?? smtp.implicitTls,
    threading: readThreading(reader, headers),
  };
  reader.finish({ hints: HINTS });
  if (smarthost === undefined && !hasText(reader, 'smarthost')) {
    const hint = 'set `smarthost` here, or `smtp_smarthost` under `global`, as `mail.example.org:587`';
    reportMissing(reader, 'smarthost', 'there is no mail server to send through', hint);
  }
  return smarthost === undefined ? undefined : { ...config, smarthost };
}

function readSmarthost(reader: ObjectReader) {
  return readHostPort(reader.given('smarthost'));
}

/** True when the key has a value, right or wrong. */
function hasText(reader: ObjectReader, key: string): boolean {
  const node = reader.given(key)?.node;
  return node !== undefined && !(node.kind === 'scalar' && node.text === '');
}

/** By their canonical names; two spellings of one name are an error. */
function readHeaders(reader: ObjectReader, texts: IntegrationInput['texts']): Record<string, string> {
  const headers: Record<string, string> = {};
  const given = readTemplateMap(reader, 'headers', texts);
  for (const entry of reader.at('headers')?.node.kind === 'map' ? (reader.at('headers')?.entries() ?? []) : []) {
    const name = entry.key?.text ?? '';
    const canonical = canonicalHeader(name);
    if (Object.hasOwn(headers, canonical)) {
      entry.error({
        code: 'alertmanager/duplicate-header',
        message: `the header \`${canonical}\` is given twice`,
        hint: 'names of headers do not differ by case; keep one',
        ...(entry.key === undefined ? {} : { span: entry.key }),
      });
    }
    headers[canonical] = given[name] ?? '';
  }
  return headers;
}

/** `reply-to` is `Reply-To`; a name with other characters than those of HTTP tokens stays. Source: Go's net/textproto. */
function canonicalHeader(name: string): string {
  if (!/^[A-Za-z0-9!#$%&'*+\-.^_`|~]+$/.test(name)) return name;
  return name.toLowerCase().replace(/(?:^|-)[a-z]/g, (start) => start.toUpperCase());
}

function readThreading(parent: ObjectReader, headers: Readonly<Record<string, string>>): EmailConfig['threading'] {
  const reader = parent.object('threading');
  if (reader === undefined) return { enabled: false, threadByDate: '' };
  const enabled = reader.boolean('enabled');
  const threadByDate = reader.string('thread_by_date');
  reader.finish();
  if (enabled && threadByDate !== 'none' && threadByDate !== 'daily') {
    const hint = '`daily` starts a thread each day, `none` keeps one';
    reportMissing(reader, 'thread_by_date', '`thread_by_date` has to be `none` or `daily`', hint);
  }
  for (const name of ['References', 'In-Reply-To']) {
    if (!enabled || !Object.hasOwn(headers, name)) continue;
    parent.at('threading')?.error({
      code: 'config/exclusive-keys',
      message: `\`threading\` and the header \`${name}\` cannot be given together`,
      hint: 'threading sets that header itself; keep one of them',
    });
  }
  return { enabled, threadByDate };
}
