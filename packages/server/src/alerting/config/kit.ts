/** What all sections of alertmanager.yml share while they are decoded: templates, secrets, URLs, Go's durations. */
import { atMostOne, hideUser, readFileName } from '../../config/prometheus/decode-kit.ts';
import { readHttpClient } from '../../config/prometheus/http-client.ts';
import type { HttpClientConfig, Secret } from '../../config/prometheus/types.ts';
import { secretFromFile, secretFromText } from '../../config/secret.ts';
import { parseGoUrl } from '../../config/go-url.ts';
import { type Cursor, clip } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { parseGoDurationMs } from './go-duration.ts';

/** Where a template text stands. */
export interface TemplateText {
  readonly cursor: Cursor;
  readonly text: string;
}

/** Texts with templates, collected over the whole file, so that they can be tried out together with the template files. */
export type TemplateTexts = TemplateText[];

/** The text of a key that is executed as a template for each notification. */
export function readTemplate(reader: ObjectReader, key: string, texts: TemplateTexts, fallback = ''): string {
  const cursor = reader.at(key);
  const text = cursor?.string();
  if (cursor === undefined || text === undefined) return fallback;
  addTemplate(cursor, text, texts);
  return text;
}

export function addTemplate(cursor: Cursor, text: string, texts: TemplateTexts): void {
  if (text.includes('{{')) texts.push({ cursor, text });
}

/** Free keys with template texts. */
export function readTemplateMap(reader: ObjectReader, key: string, texts: TemplateTexts): Record<string, string> {
  const out: Record<string, string> = {};
  for (const entry of reader.at(key)?.entries() ?? []) {
    const text = entry.string();
    if (text === undefined) continue;
    addTemplate(entry, text, texts);
    Object.defineProperty(out, entry.key?.text ?? '', { value: text, enumerable: true });
  }
  return out;
}

/** As readSecret where Alertmanager takes both and reads the file. */
export function readSecretFileFirst(reader: ObjectReader, textKey: string, fileKey: string): Secret | undefined {
  const text = reader.at(textKey)?.secret() ?? '';
  const file = readFileName(reader, fileKey);
  if (file === '') return text === '' ? undefined : secretFromText(text);
  if (text !== '') {
    reader.at(textKey)?.warn({
      code: 'config/exclusive-keys',
      message: `\`${textKey}\` is not used, because \`${fileKey}\` is given too`,
      hint: 'keep one of them',
    });
  }
  return secretFromFile(file);
}

/** A secret given as text or by the name of a file; both is an error. */
export function readSecret(reader: ObjectReader, textKey: string, fileKey: string): Secret | undefined {
  atMostOne(reader, [textKey, fileKey]);
  const text = reader.at(textKey)?.secret() ?? '';
  const file = readFileName(reader, fileKey);
  if (text !== '') return secretFromText(text);
  return file === '' ? undefined : secretFromFile(file);
}

/** As readSecret for a URL, which is checked. */
export function readSecretUrl(reader: ObjectReader, textKey: string, fileKey: string): Secret | undefined {
  atMostOne(reader, [textKey, fileKey]);
  const cursor = reader.given(textKey);
  const file = readFileName(reader, fileKey);
  if (cursor !== undefined) {
    const text = cursor.secret() ?? '';
    // Alertmanager takes its own masked text back; a URL with a template in it is known only when it is used.
    if (text !== '<secret>' && !text.includes('{{') && cursor.node.kind === 'scalar') checkHttpUrl(cursor, text);
    return secretFromText(text);
  }
  return file === '' ? undefined : secretFromFile(file);
}

/** The URL of a key; undefined when it is absent, empty in the sense of YAML, or wrong (reported). */
export function readHttpUrl(reader: ObjectReader, key: string): string | undefined {
  const cursor = reader.given(key);
  const text = cursor?.string('a URL');
  if (cursor === undefined || text === undefined) return undefined;
  hideUser(cursor, text);
  return checkHttpUrl(cursor, text) ? text : undefined;
}

/** The message does not show the URL, which may be a secret. */
function checkHttpUrl(cursor: Cursor, text: string): boolean {
  const problem = urlProblem(text);
  if (problem === undefined) return true;
  cursor.error({ code: 'config/invalid-url', message: problem, hint: 'write it as `https://host/path`' });
  return false;
}

function urlProblem(text: string): string | undefined {
  const url = parseGoUrl(text);
  if ('problem' in url) return `this is not a URL: ${url.problem}`;
  if (url.scheme !== 'http' && url.scheme !== 'https') return 'the URL does not start with http:// or https://';
  return url.host === '' ? 'the URL has no host' : undefined;
}

/** `http_config`, or what `global` says. */
export function readHttp(reader: ObjectReader, fallback: HttpClientConfig): HttpClientConfig {
  const section = reader.given('http_config');
  const http = section === undefined ? undefined : ObjectReader.open(section, 'HTTP client settings');
  if (http === undefined) return fallback;
  const config = readHttpClient(http);
  http.finish({
    hints: {
      headers: 'did you mean `http_headers`? It maps a header name to `values`, `secrets` or `files`',
      insecure_skip_verify: '`insecure_skip_verify` belongs under `tls_config`',
      ca_file: '`ca_file` belongs under `tls_config`',
      username: '`username` belongs under `basic_auth`',
      password: '`password` belongs under `basic_auth`',
    },
  });
  return config;
}

/**
 * Milliseconds of a duration that Go's own parser reads: `1.5s`, `1h30m`, no days. In some places a bare number is taken as
 * nanoseconds, in others it is an error.
 */
export function readGoDuration(reader: ObjectReader, key: string, { bareNumbers = true } = {}): number {
  const cursor = reader.at(key);
  const text = cursor?.string('a duration such as `10s`');
  if (cursor === undefined || text === undefined) return 0;
  if (cursor.isNull) return 0;
  const ms = parseGoDurationMs(text);
  if (ms !== undefined) return ms;
  if (bareNumbers && /^[0-9]+$/.test(text)) {
    cursor.warn({
      code: 'alertmanager/nanoseconds',
      message: `\`${text}\` is read as ${text} nanoseconds`,
      hint: `add a unit: \`${text}s\` for seconds`,
    });
    return Number(text) / 1e6;
  }
  cursor.error({
    code: 'config/invalid-duration',
    message: `\`${clip(text)}\` is not a duration`,
    hint: 'write numbers with the units h, m, s, ms, such as `10s` or `1m30s`; there is no unit for days here',
  });
  return 0;
}

/** The entries of a list of mappings; an entry without a value is reported. */
export function entriesOf(reader: ObjectReader, key: string, expected: string): Cursor[] {
  return reader.list(key, expected).filter((cursor) => {
    if (!cursor.isNull) return true;
    cursor.error({
      code: 'config/empty-entry',
      message: `an entry of \`${key}\` is empty`,
      hint: 'remove it; or the lines below it are not indented far enough',
    });
    return false;
  });
}
