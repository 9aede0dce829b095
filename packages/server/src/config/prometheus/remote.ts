/** `remote_write` and `remote_read`: checked as Prometheus does; nothing is sent or read yet. */
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { UINT64 } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { atMostOne, type NameScheme, readUrl, requireKey, warnNotRun } from './decode-kit.ts';
import { readHttpClient, readPlainHeaders } from './http-client.ts';
import { readRelabelConfigs } from './relabel.ts';
import { readAzureAd, readGoogleIam, readSigv4 } from './remote-auth.ts';
import { readLabels } from './target-group.ts';

const MESSAGES = ['prometheus.WriteRequest', 'io.prometheus.write.v2.Request'];

export function readRemoteWrites(root: ObjectReader, scheme: NameScheme): void {
  const readers = sections(root, 'remote_write');
  for (const reader of readers) readRemoteWrite(reader, scheme);
  checkNames(readers, 'remote_write');
  if (readers.length > 0)
    warnNotRun(root.at('remote_write'), '`remote_write` is', 'nothing is sent to these addresses');
}

export function readRemoteReads(root: ObjectReader, scheme: NameScheme): void {
  const readers = sections(root, 'remote_read');
  for (const reader of readers) readRemoteRead(reader, scheme);
  checkNames(readers, 'remote_read');
  if (readers.length > 0)
    warnNotRun(root.at('remote_read'), '`remote_read` is', 'queries do not read from these addresses');
}

function sections(root: ObjectReader, key: string): ObjectReader[] {
  return root
    .list(key, 'a list')
    .map((item) => openSection(item, key))
    .filter((reader) => reader !== undefined);
}

function openSection(item: Cursor, key: string): ObjectReader | undefined {
  if (!item.isNull) return ObjectReader.open(item);
  return item.error({
    code: 'config/empty-section',
    message: `an entry of \`${key}\` is empty`,
    hint: 'remove the `-`, or give it a `url`',
  });
}

function checkNames(readers: readonly ObjectReader[], key: string): void {
  const seen = new Set<string>();
  for (const reader of readers) {
    const name = reader.string('name');
    if (name !== '' && seen.has(name)) {
      reader.at('name')?.error({
        code: 'config/duplicate',
        message: `two entries of \`${key}\` have the name \`${name}\``,
        hint: 'give each its own name',
      });
    }
    seen.add(name);
  }
}

function checkUrl(reader: ObjectReader): void {
  const cursor = reader.given('url');
  if (cursor === undefined) requireKey(reader, 'url');
  else readUrl(cursor);
}

function readRemoteWrite(reader: ObjectReader, scheme: NameScheme): void {
  checkUrl(reader);
  reader.duration('remote_timeout');
  readPlainHeaders(reader);
  readRelabelConfigs(reader, 'write_relabel_configs', scheme);
  reader.string('name');
  for (const key of ['send_exemplars', 'send_native_histograms', 'round_robin_dns']) reader.boolean(key);
  const message = reader.given('protobuf_message');
  const text = message?.string();
  if (message !== undefined && text !== undefined && !MESSAGES.includes(text)) {
    message.error({
      code: 'config/choice',
      message: `there is no remote write message \`${text}\``,
      hint: `use one of: ${MESSAGES.join(', ')}`,
    });
  }
  readHttpClient(reader, { enableHttp2: false });
  readQueue(reader.object('queue_config'));
  const metadata = reader.object('metadata_config');
  metadata?.boolean('send');
  metadata?.duration('send_interval');
  metadata?.integer('max_samples_per_send');
  metadata?.finish();
  readSigv4(reader);
  readAzureAd(reader);
  readGoogleIam(reader);
  atMostOne(reader, ['basic_auth', 'authorization', 'oauth2', 'bearer_token', 'sigv4', 'azuread', 'google_iam']);
  reader.finish();
}

function readQueue(reader: ObjectReader | undefined): void {
  if (reader === undefined) return;
  for (const key of ['capacity', 'max_shards', 'min_shards', 'max_samples_per_send']) reader.integer(key);
  for (const key of ['batch_send_deadline', 'min_backoff', 'max_backoff', 'sample_age_limit']) reader.duration(key);
  reader.boolean('retry_on_http_429');
  reader.finish();
}

function readRemoteRead(reader: ObjectReader, scheme: NameScheme): void {
  checkUrl(reader);
  reader.duration('remote_timeout');
  reader.integer('chunked_read_limit', 0, UINT64);
  readPlainHeaders(reader);
  reader.boolean('read_recent');
  reader.string('name');
  readHttpClient(reader);
  readLabels(reader.at('required_matchers'), scheme);
  reader.boolean('filter_external_labels');
  reader.finish();
}
