/**
 * How requests are made: authentication, TLS, proxy, headers. The keys stand among those of the section that uses them.
 * Rules: Prometheus common/config HTTPClientConfig.
 */
import type { Severity } from '../../lib/diagnostic.ts';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { secretFromFile, secretFromText } from '../secret.ts';
import { atMostOne, givenKeys, readFileName, readUrl, requireKey, resolvePath, warnNotRun } from './decode-kit.ts';
import { readTls } from './tls.ts';
import type { HttpClientConfig, Secret } from './types.ts';

const RESERVED_HEADERS = new Set(
  `authorization host content-encoding content-length content-type user-agent connection keep-alive proxy-authenticate
  proxy-authorization www-authenticate accept-encoding x-prometheus-remote-write-version x-prometheus-remote-read-version
  x-prometheus-scrape-timeout-seconds x-amz-date x-amz-security-token x-amz-content-sha256`.split(/\s+/),
);

export interface HttpClientOptions {
  readonly enableHttp2?: boolean;
  /** How a credentials or client certificate file that does not exist is reported. */
  readonly missingFile?: Severity;
}

/** Reads the keys of HTTPClientConfig out of the section. */
export function readHttpClient(reader: ObjectReader, options: HttpClientOptions = {}): HttpClientConfig {
  const { enableHttp2 = true, missingFile = 'warning' } = options;
  checkExclusive(reader);
  const basicAuth = readBasicAuth(reader);
  const authorization = readAuthorization(reader, missingFile);
  const oauth2 = readOauth2(reader);
  const proxy = readProxy(reader);
  return {
    ...(basicAuth === undefined ? {} : { basicAuth }),
    ...(authorization === undefined ? {} : { authorization }),
    ...(oauth2 === undefined ? {} : { oauth2 }),
    tls: readTls(reader.given('tls_config'), missingFile),
    ...proxy,
    followRedirects: reader.boolean('follow_redirects', true),
    enableHttp2: reader.boolean('enable_http2', enableHttp2),
    httpHeaders: readHttpHeaders(reader),
  };
}

function checkExclusive(reader: ObjectReader): void {
  const hint = 'Prometheus sends one kind of credentials; keep one of them';
  atMostOne(reader, ['basic_auth', 'authorization', 'oauth2', 'bearer_token', 'bearer_token_file'], hint);
}

function readBasicAuth(parent: ObjectReader): HttpClientConfig['basicAuth'] {
  const section = parent.given('basic_auth');
  if (section?.node.kind === 'scalar') section.context.secrets.push(section.node);
  const reader = parent.object('basic_auth', 'a mapping with `username` and `password`');
  if (reader === undefined) return undefined;
  atMostOne(reader, ['username', 'username_file', 'username_ref']);
  atMostOne(reader, ['password', 'password_file', 'password_ref']);
  const username = reader.string('username');
  const usernameFile = readFileName(reader, 'username_file');
  const password = readSecret(reader, 'password', 'password_file');
  for (const key of ['username_ref', 'password_ref']) warnNotRun(reader.given(key), `\`${key}\` is`);
  reader.string('username_ref');
  reader.string('password_ref');
  reader.finish({ hints: { user: 'did you mean `username`?', pass: 'did you mean `password`?' } });
  return {
    username,
    ...(usernameFile === '' ? {} : { usernameFile }),
    ...(password === undefined ? {} : { password }),
  };
}

/** A secret given as text or by the name of a file. */
function readSecret(reader: ObjectReader, textKey: string, fileKey: string, missing?: Severity): Secret | undefined {
  const text = reader.at(textKey)?.secret() ?? '';
  const file = readFileName(reader, fileKey, missing);
  if (text !== '') return secretFromText(text);
  return file === '' ? undefined : secretFromFile(file);
}

function readAuthorization(parent: ObjectReader, missing: Severity): HttpClientConfig['authorization'] {
  const bearer = readSecret(parent, 'bearer_token', 'bearer_token_file', missing);
  const reader = parent.object('authorization');
  if (reader === undefined) return bearer === undefined ? undefined : { type: 'Bearer', credentials: bearer };
  atMostOne(reader, ['credentials', 'credentials_file', 'credentials_ref']);
  const type = reader.string('type', 'Bearer').trim();
  if (type.toLowerCase() === 'basic') {
    reader.at('type')?.error({
      code: 'http/authorization-basic',
      message: 'the authorization type cannot be `Basic`',
      hint: 'use `basic_auth` with `username` and `password`',
    });
  }
  const credentials = readSecret(reader, 'credentials', 'credentials_file', missing);
  warnNotRun(reader.given('credentials_ref'), '`credentials_ref` is');
  reader.string('credentials_ref');
  reader.finish();
  return { type: type === '' ? 'Bearer' : type, credentials: credentials ?? secretFromText('') };
}

function readOauth2(parent: ObjectReader): HttpClientConfig['oauth2'] {
  const reader = parent.object('oauth2');
  if (reader === undefined) return undefined;
  requireKey(reader, 'client_id');
  requireKey(reader, 'token_url');
  atMostOne(reader, ['client_secret', 'client_secret_file', 'client_secret_ref']);
  readOauth2Certificate(reader);
  const secret = readSecret(reader, 'client_secret', 'client_secret_file');
  warnNotRun(reader.given('client_secret_ref'), '`client_secret_ref` is');
  reader.string('client_secret_ref');
  const tls = readTls(reader.given('tls_config'));
  readProxy(reader);
  const config = {
    clientId: reader.string('client_id'),
    clientSecret: secret ?? secretFromText(''),
    tokenUrl: reader.string('token_url'),
    scopes: reader.strings('scopes'),
    endpointParams: reader.stringMap('endpoint_params'),
    tls,
  };
  reader.finish();
  return config;
}

/** RFC 7523 client authentication, Prometheus 3.8. */
function readOauth2Certificate(reader: ObjectReader): void {
  atMostOne(reader, ['client_certificate_key', 'client_certificate_key_file', 'client_certificate_key_ref']);
  reader.at('client_certificate_key')?.secret();
  for (const key of [
    'grant_type',
    'client_certificate_key_id',
    'client_certificate_key_file',
    'client_certificate_key_ref',
    'signature_algorithm',
    'iss',
    'audience',
  ]) {
    warnNotRun(reader.given(key), `\`${key}\` is`);
    reader.string(key);
  }
  reader.at('claims')?.entries();
}

type Proxy = Pick<HttpClientConfig, 'proxyUrl' | 'noProxy'>;

function readProxy(reader: ObjectReader): Proxy {
  const proxyCursor = reader.given('proxy_url');
  const proxyUrl = proxyCursor === undefined ? '' : (readUrl(proxyCursor)?.text ?? '');
  const noProxy = reader.string('no_proxy');
  const isFromEnvironment = reader.boolean('proxy_from_environment');
  const headers = readConnectHeaders(reader.at('proxy_connect_header'));
  if (isFromEnvironment && proxyUrl !== '') atMostOneProxy(reader, 'proxy_url');
  if (isFromEnvironment && noProxy !== '') atMostOneProxy(reader, 'no_proxy');
  if (noProxy !== '' && proxyCursor === undefined && !isFromEnvironment) {
    reader.at('no_proxy')?.error({
      code: 'http/proxy',
      message: '`no_proxy` needs `proxy_url`',
      hint: 'add `proxy_url`, or remove `no_proxy`',
    });
  }
  if (headers > 0 && proxyCursor === undefined && !isFromEnvironment) {
    reader
      .at('proxy_connect_header')
      ?.error({ code: 'http/proxy', message: '`proxy_connect_header` needs `proxy_url`', hint: 'add `proxy_url`' });
  }
  if (isFromEnvironment)
    warnNotRun(reader.at('proxy_from_environment'), '`proxy_from_environment` is', 'name the proxy in `proxy_url`');
  return {
    ...(proxyUrl === '' ? {} : { proxyUrl }),
    noProxy: noProxy
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  };
}

function atMostOneProxy(reader: ObjectReader, key: string): void {
  reader.at(key)?.error({
    code: 'config/exclusive-keys',
    message: `\`${key}\` and \`proxy_from_environment\` cannot be given together`,
    hint: 'keep one of them',
  });
}

/** Number of headers. */
function readConnectHeaders(cursor: Cursor | undefined): number {
  const entries = cursor?.entries('a mapping of header names to lists') ?? [];
  for (const entry of entries) for (const item of entry.list('a list of values') ?? []) item.secret();
  warnNotRun(entries.length > 0 ? cursor : undefined, '`proxy_connect_header` is');
  return entries.length;
}

function readHttpHeaders(parent: ObjectReader): Record<string, readonly (string | Secret)[]> {
  const headers: Record<string, readonly (string | Secret)[]> = {};
  for (const entry of parent.at('http_headers')?.entries('a mapping of header names') ?? []) {
    const name = entry.key?.text ?? '';
    if (RESERVED_HEADERS.has(name.toLowerCase())) {
      entry.error({
        code: 'http/reserved-header',
        message: `the header \`${name}\` cannot be set here`,
        hint:
          name.toLowerCase() === 'authorization'
            ? 'use `authorization` or `basic_auth`'
            : 'remove it; Prometheus sets it itself',
        ...(entry.key === undefined ? {} : { span: entry.key }),
      });
    }
    const reader = entry.isNull ? undefined : ObjectReader.open(entry, 'a mapping with `values`, `secrets` or `files`');
    if (reader === undefined) continue;
    const values = reader.strings('values');
    const secrets = reader.list('secrets').map((item) => secretFromText(item.secret() ?? ''));
    const files = reader.strings('files').map((file) => secretFromFile(resolvePath(parent.cursor.context, file)));
    reader.finish();
    headers[name] = [...values, ...secrets, ...files];
  }
  return headers;
}

/** Headers of remote write, remote read and tracing: plain text, with the same reserved names. */
export function readPlainHeaders(reader: ObjectReader, key = 'headers'): void {
  for (const entry of reader.at(key)?.entries() ?? []) {
    const name = entry.key?.text ?? '';
    entry.string();
    const lower = name.toLowerCase();
    if (!RESERVED_HEADERS.has(lower) || lower === 'x-prometheus-scrape-timeout-seconds') continue;
    entry.error({
      code: 'http/reserved-header',
      message: `the header \`${name}\` cannot be set here`,
      hint: lower === 'authorization' ? 'use `authorization` or `basic_auth`' : 'remove it; Prometheus sets it itself',
      ...(entry.key === undefined ? {} : { span: entry.key }),
    });
  }
}

/** True when any key of HTTPClientConfig differs from its default. */
export function hasHttpClientKeys(reader: ObjectReader): boolean {
  const keys = [
    'basic_auth',
    'authorization',
    'oauth2',
    'bearer_token',
    'bearer_token_file',
    'proxy_url',
    'no_proxy',
    'tls_config',
  ];
  return (
    givenKeys(reader, keys).length > 0 ||
    reader.boolean('proxy_from_environment') ||
    !reader.boolean('follow_redirects', true) ||
    !reader.boolean('enable_http2', true)
  );
}
