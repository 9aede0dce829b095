/** tls_config: certificates as text or files, and what has to stand together. */
import type { Severity } from '../../lib/diagnostic.ts';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { secretFromText } from '../secret.ts';
import { atMostOne, givenKeys, readFileName, warnNotRun } from './decode-kit.ts';
import type { TlsConfig } from './types.ts';

const VERSIONS = { TLS10: 'TLSv1', TLS11: 'TLSv1.1', TLS12: 'TLSv1.2', TLS13: 'TLSv1.3' } as const;

const NO_TLS: TlsConfig = { insecureSkipVerify: false };

/** `missing` says how a client certificate or key file that does not exist is reported. */
export function readTls(cursor: Cursor | undefined, missing: Severity = 'warning'): TlsConfig {
  const reader = cursor === undefined ? undefined : ObjectReader.open(cursor, 'TLS settings');
  if (reader === undefined) return NO_TLS;
  atMostOne(reader, ['ca', 'ca_file', 'ca_ref']);
  atMostOne(reader, ['cert', 'cert_file', 'cert_ref']);
  atMostOne(reader, ['key', 'key_file', 'key_ref']);
  checkPair(reader);
  const key = reader.at('key')?.secret() ?? '';
  const minVersion = readVersion(reader.given('min_version'));
  const maxVersion = readVersion(reader.given('max_version'));
  const config: TlsConfig = {
    ...text(reader, 'ca', 'ca'),
    ...file(reader, 'ca_file', 'caFile', 'warning'),
    ...text(reader, 'cert', 'cert'),
    ...file(reader, 'cert_file', 'certFile', missing),
    ...(key === '' ? {} : { key: secretFromText(key) }),
    ...file(reader, 'key_file', 'keyFile', missing),
    ...text(reader, 'server_name', 'serverName'),
    insecureSkipVerify: reader.boolean('insecure_skip_verify'),
    ...(minVersion === undefined ? {} : { minVersion }),
    ...(maxVersion === undefined ? {} : { maxVersion }),
  };
  for (const name of ['ca_ref', 'cert_ref', 'key_ref']) {
    warnNotRun(reader.given(name), `\`${name}\` is`);
    reader.string(name);
  }
  reader.finish();
  return config;
}

function text<TName extends 'ca' | 'cert' | 'serverName'>(reader: ObjectReader, key: string, name: TName) {
  const value = reader.string(key);
  return value === '' ? {} : ({ [name]: value } as Record<TName, string>);
}

function file<TName extends 'caFile' | 'certFile' | 'keyFile'>(
  reader: ObjectReader,
  key: string,
  name: TName,
  missing: Severity,
) {
  const value = readFileName(reader, key, missing);
  return value === '' ? {} : ({ [name]: value } as Record<TName, string>);
}

/** A client certificate is of no use without its key, nor the key without it. */
function checkPair(reader: ObjectReader): void {
  const cert = givenKeys(reader, ['cert', 'cert_file', 'cert_ref'])[0];
  const key = givenKeys(reader, ['key', 'key_file', 'key_ref'])[0];
  if (cert !== undefined && key === undefined) pairError(reader, cert, 'key');
  if (key !== undefined && cert === undefined) pairError(reader, key, 'cert');
}

function pairError(reader: ObjectReader, given: string, missing: string): void {
  reader.at(given)?.error({
    code: 'tls/incomplete-pair',
    message: `\`${given}\` is given without \`${missing}\` or \`${missing}_file\``,
    hint: 'a client certificate needs its certificate and its key',
  });
}

function readVersion(cursor: Cursor | undefined): TlsConfig['minVersion'] {
  const name = cursor?.string('a TLS version');
  if (cursor === undefined || name === undefined) return undefined;
  if (name in VERSIONS) return VERSIONS[name as keyof typeof VERSIONS];
  return cursor.error({
    code: 'tls/version',
    message: `there is no TLS version \`${name}\``,
    hint: 'write TLS10, TLS11, TLS12 or TLS13',
  });
}
