/**
 * Service discovery: static, file, http and dns are run; every other kind that Prometheus knows is checked and kept out
 * with a warning.
 */
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { readUrl, requireKey, resolvePath, warnNotRun } from './decode-kit.ts';
import { checkKnownDiscovery, KNOWN_DISCOVERY } from './discovery-known.ts';
import { readHttpClient } from './http-client.ts';
import { readTargetGroup, type TargetGroupOptions } from './target-group.ts';
import type { DiscoveryConfig, DnsSdConfig, FileSdConfig, HttpSdConfig } from './types.ts';

/** Names of target files; only the last part may contain one `*`. */
export const FILE_PATTERN = /^[^*]*(?:\*[^/]*)?\.(?:json|yml|yaml|JSON|YML|YAML)$/;
const DNS_TYPES = ['A', 'AAAA', 'SRV', 'MX', 'NS'] as const;
const SECOND = 1000;

/** Reads every `*_sd_configs` and `static_configs` of a scrape or Alertmanager section. */
export function readDiscovery(reader: ObjectReader, options: Omit<TargetGroupOptions, 'source'>): DiscoveryConfig {
  const staticConfigs = entries(reader, 'static_configs')
    .map((item, index) => readTargetGroup(item, { ...options, source: String(index) }))
    .filter((group) => group !== undefined);
  const discovery: DiscoveryConfig = {
    staticConfigs,
    fileSdConfigs: objects(reader, 'file_sd_configs').map(readFileSd),
    httpSdConfigs: objects(reader, 'http_sd_configs').map(readHttpSd),
    dnsSdConfigs: objects(reader, 'dns_sd_configs').map(readDnsSd),
  };
  for (const kind of Object.keys(KNOWN_DISCOVERY)) {
    const key = `${kind}_sd_configs`;
    const configs = objects(reader, key);
    for (const config of configs) checkKnownDiscovery(kind, config);
    if (configs.length > 0) {
      warnNotRun(
        reader.at(key),
        `\`${key}\` is`,
        'its targets are not scraped; use static, file, http or dns discovery meanwhile',
      );
    }
  }
  return discovery;
}

/** Items of a list of sections, each of which has to have contents. */
function entries(reader: ObjectReader, key: string): Cursor[] {
  return reader.list(key, 'a list').filter((item) => {
    if (!item.isNull) return true;
    item.error({
      code: 'config/empty-section',
      message: `an entry of \`${key}\` is empty`,
      hint: 'remove the `-`, or write its contents behind it',
    });
    return false;
  });
}

function objects(reader: ObjectReader, key: string): ObjectReader[] {
  return entries(reader, key)
    .map((item) => ObjectReader.open(item))
    .filter((item) => item !== undefined);
}

function readFileSd(reader: ObjectReader): FileSdConfig {
  requireKey(reader, 'files', 'name at least one file: `files: [targets.yml]`');
  const files: string[] = [];
  for (const item of reader.list('files', 'a list of file names')) {
    const file = item.string('a file name');
    if (file === undefined) continue;
    if (!FILE_PATTERN.test(file)) {
      item.error({
        code: 'config/file-pattern',
        message: `\`${file}\` is not a valid file name for file discovery`,
        hint: 'the name ends in .json, .yml or .yaml, and only its last part may contain one `*`',
      });
    }
    files.push(resolvePath(reader.cursor.context, file));
  }
  const config = { files, refreshIntervalMs: reader.duration('refresh_interval', 300 * SECOND) };
  reader.finish();
  return config;
}

function readHttpSd(reader: ObjectReader): HttpSdConfig {
  const urlCursor = reader.at('url');
  const hasUrl = requireKey(reader, 'url');
  const url = hasUrl && urlCursor !== undefined ? readUrl(urlCursor) : undefined;
  if (url !== undefined && url.url.scheme !== 'http' && url.url.scheme !== 'https') {
    urlCursor?.error({ code: 'config/invalid-url', message: 'the URL has to begin with `http://` or `https://`' });
  } else if (url !== undefined && url.url.host === '') {
    urlCursor?.error({
      code: 'config/invalid-url',
      message: 'the URL has no host',
      hint: 'write it as `http://host:port/path`',
    });
  }
  const config = {
    url: url?.text ?? '',
    refreshIntervalMs: reader.duration('refresh_interval', 60 * SECOND),
    http: readHttpClient(reader),
  };
  reader.finish();
  return config;
}

function readDnsSd(reader: ObjectReader): DnsSdConfig {
  requireKey(reader, 'names', 'name at least one record: `names: [service.example.com]`');
  const typeCursor = reader.at('type');
  const text = (typeCursor?.string('a DNS record type') ?? 'SRV').toUpperCase();
  const type = DNS_TYPES.find((known) => known === text);
  if (type === undefined) {
    typeCursor?.error({
      code: 'config/dns-type',
      message: `\`${text}\` is not a DNS record type that can be used here`,
      hint: 'use SRV, A, AAAA, MX or NS',
    });
  }
  const port = reader.integer('port');
  if (type !== undefined && type !== 'SRV' && port === 0 && reader.at('port')?.isNull !== false) {
    reader.cursor.error({
      code: 'config/missing-key',
      message: `\`port\` is missing: ${type} records carry no port`,
      hint: 'add `port`, or use SRV records',
      ...(typeCursor === undefined ? {} : { span: typeCursor.node }),
    });
  } else if (type !== undefined && type !== 'SRV' && port === 0) {
    reader.at('port')?.error({
      code: 'config/missing-key',
      message: `\`port\` cannot be 0 for ${type} records`,
      hint: 'name the port to scrape',
    });
  }
  const config = {
    names: reader.strings('names'),
    type: type ?? 'SRV',
    port,
    refreshIntervalMs: reader.duration('refresh_interval', 30 * SECOND),
  };
  reader.finish();
  return config;
}
