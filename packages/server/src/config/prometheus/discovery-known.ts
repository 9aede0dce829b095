/**
 * The service discoveries of Prometheus that are checked but not run: known keys with their types, and the rules that
 * Prometheus refuses a file for. Source: the SDConfig of each folder in Prometheus's discovery/.
 */
import { ObjectReader } from '../../lib/yaml-object.ts';
import { atMostOne, givenKeys, readUrl, requireKey } from './decode-kit.ts';
import { checkKubernetes } from './discovery-kubernetes.ts';
import { type DiscoverySpec, type FieldType, KNOWN_DISCOVERY } from './discovery-table.ts';
import { readHttpClient } from './http-client.ts';
import { readTls } from './tls.ts';

export { KNOWN_DISCOVERY } from './discovery-table.ts';

/** Reports everything that Prometheus would refuse. */
export function checkKnownDiscovery(kind: string, reader: ObjectReader): void {
  const spec = KNOWN_DISCOVERY[kind];
  if (spec === undefined) return;
  for (const [key, type] of Object.entries(spec.fields)) readField(reader, key, type);
  if (spec.client === 'http') readHttpClient(reader, { missingFile: kind === 'kubernetes' ? 'error' : 'warning' });
  if (spec.client === 'tls') readTls(reader.given('tls_config'));
  for (const key of spec.required ?? []) requireKey(reader, key);
  for (const [key, values] of Object.entries(spec.choices ?? {})) checkChoice(reader, key, values, spec);
  for (const group of spec.exclusive ?? []) atMostOne(reader, group);
  EXTRA_RULES[kind]?.(reader);
  reader.finish();
}

function readField(reader: ObjectReader, key: string, type: FieldType): void {
  switch (type) {
    case 'text':
      reader.string(key);
      return;
    case 'secret':
      reader.at(key)?.secret();
      return;
    case 'boolean':
      reader.boolean(key);
      return;
    case 'duration':
      reader.duration(key);
      return;
    case 'integer':
      reader.integer(key);
      return;
    case 'texts':
      reader.strings(key);
      return;
    case 'map':
      reader.stringMap(key);
      return;
    case 'url':
      checkUrl(reader, key);
      return;
    case 'host-url':
      checkUrl(reader, key, true);
      return;
    case 'filters':
      checkFilters(reader, key);
      return;
    case 'any':
      reader.at(key);
  }
}

function checkUrl(reader: ObjectReader, key: string, needsHost = false): void {
  const cursor = reader.given(key);
  if (cursor === undefined) return;
  const read = readUrl(cursor);
  if (read === undefined || !needsHost || read.text === '') return;
  if (read.url.scheme === '' || read.url.host === '') {
    cursor.error({
      code: 'config/invalid-url',
      message: `\`${key}\` needs a scheme and a host`,
      hint: 'write it as `http://host:port`',
    });
  }
}

function checkFilters(parent: ObjectReader, key: string): void {
  for (const item of parent.list(key, 'a list of filters')) {
    const reader = item.isNull ? undefined : ObjectReader.open(item);
    if (reader === undefined) continue;
    reader.string('name');
    reader.strings('values');
    if (parent.cursor.path.includes('ec2') || parent.cursor.path.includes('aws'))
      requireKey(reader, 'values', 'name at least one value');
    reader.finish();
  }
}

function checkChoice(reader: ObjectReader, key: string, values: readonly string[], spec: DiscoverySpec): void {
  const cursor = reader.given(key);
  if (cursor === undefined) return;
  const text = cursor.string();
  if (text === undefined || values.includes(text)) return;
  if (text === '' && spec.required?.includes(key) === true) return;
  cursor.error({
    code: 'discovery/choice',
    message: `\`${text}\` is not a known \`${key}\``,
    hint: `use one of: ${values.join(', ')}`,
  });
}

const EXTRA_RULES: Readonly<Record<string, (reader: ObjectReader) => void>> = {
  kubernetes: checkKubernetes,
  azure(reader) {
    const method = reader.string('authentication_method', 'OAuth');
    if (method === 'OAuth')
      for (const key of ['tenant_id', 'client_id', 'client_secret'])
        requireKey(reader, key, 'needed with the authentication method OAuth');
  },
  consul(reader) {
    if (reader.at('server') !== undefined) requireKey(reader, 'server');
    if (givenKeys(reader, ['username', 'password']).length > 0) atMostOne(reader, ['username', 'basic_auth']);
    atMostOne(reader, ['token', 'authorization', 'oauth2']);
  },
  nomad(reader) {
    if (reader.at('server') !== undefined) requireKey(reader, 'server');
  },
  marathon(reader) {
    atMostOne(reader, [
      'auth_token',
      'auth_token_file',
      'basic_auth',
      'authorization',
      'bearer_token',
      'bearer_token_file',
    ]);
  },
  scaleway(reader) {
    if (givenKeys(reader, ['secret_key', 'secret_key_file']).length === 0)
      requireKey(reader, 'secret_key', 'or `secret_key_file`');
    checkForm(reader, 'project_id', UUID, 'a UUID');
    checkForm(reader, 'secret_key', UUID, 'a UUID');
    checkForm(reader, 'zone', /^[a-z]{2}-[a-z]{3}-[1-9]$/, 'a zone such as fr-par-1');
    checkForm(reader, 'access_key', /^SCW[A-Z0-9]{17}$/, 'SCW and 17 capital letters and digits');
  },
  stackit(reader) {
    if (reader.at('region') !== undefined && givenKeys(reader, ['region', 'endpoint']).length === 0)
      requireKey(reader, 'region');
  },
  puppetdb: checkHttpUrl,
  nerve: checkPaths,
  serverset: checkPaths,
};

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Values are not shown: some are secret. */
function checkForm(reader: ObjectReader, key: string, form: RegExp, expected: string): void {
  const text = reader.string(key);
  if (text === '' || form.test(text)) return;
  reader
    .at(key)
    ?.error({ code: 'discovery/form', message: `\`${key}\` has the wrong form`, hint: `it is ${expected}` });
}

function checkHttpUrl(reader: ObjectReader): void {
  const cursor = reader.given('url');
  const text = cursor?.string() ?? '';
  if (text === '' || /^https?:\/\/[^/]/i.test(text)) return;
  cursor?.error({
    code: 'config/invalid-url',
    message: 'the URL has to begin with `http://` or `https://` and a host',
  });
}

function checkPaths(reader: ObjectReader): void {
  for (const item of reader.list('paths')) {
    const path = item.string();
    if (path === undefined || path.startsWith('/')) continue;
    item.error({
      code: 'discovery/path',
      message: `the path \`${path}\` does not begin with \`/\``,
      hint: `write \`/${path}\``,
    });
  }
}
