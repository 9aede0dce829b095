/** The `alerting` section: checked as Prometheus does; external Alertmanagers are not notified yet. */
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { atMostOne, type NameScheme, warnNotRun } from './decode-kit.ts';
import { type Discovery, readDiscovery } from './discovery.ts';
import { readHttpClient } from './http-client.ts';
import { readRelabelConfigs } from './relabel.ts';
import { readSigv4 } from './remote-auth.ts';

/** The discoveries of the Alertmanagers, whose files are checked too. */
export function readAlerting(cursor: Cursor | undefined, scheme: NameScheme): readonly Discovery[] {
  const reader = cursor === undefined || cursor.isNull ? undefined : ObjectReader.open(cursor);
  if (reader === undefined) return [];
  readRelabelConfigs(reader, 'alert_relabel_configs', scheme);
  const discoveries = reader
    .list('alertmanagers', 'a list of Alertmanagers')
    .map((item) => readAlertmanager(item, scheme));
  reader.finish({
    hints: {
      static_configs: '`static_configs` belongs under `alertmanagers`: `alertmanagers: [{static_configs: [...]}]`',
    },
  });
  warnNotRun(reader.cursor, '`alerting` is', 'no alert is sent to these Alertmanagers');
  return discoveries.filter((discovery) => discovery !== undefined);
}

function readAlertmanager(cursor: Cursor, scheme: NameScheme): Discovery | undefined {
  const reader = cursor.isNull ? undefined : ObjectReader.open(cursor, 'an Alertmanager');
  if (cursor.isNull)
    cursor.error({
      code: 'config/empty-section',
      message: 'an entry of `alertmanagers` is empty',
      hint: 'remove the `-`',
    });
  if (reader === undefined) return undefined;
  const relabelConfigs = readRelabelConfigs(reader, 'relabel_configs', scheme);
  readRelabelConfigs(reader, 'alert_relabel_configs', scheme);
  readHttpClient(reader);
  readSigv4(reader);
  atMostOne(reader, ['basic_auth', 'authorization', 'oauth2', 'sigv4']);
  reader.string('scheme');
  reader.string('path_prefix');
  reader.duration('timeout');
  checkVersion(reader.given('api_version'));
  const discovery = readDiscovery(reader, { scheme, hasRelabeling: relabelConfigs.length > 0, mayBeEmpty: true });
  reader.finish({ hints: { targets: '`targets` belongs under `static_configs`' } });
  return discovery;
}

function checkVersion(cursor: Cursor | undefined): void {
  const version = cursor?.string('an API version');
  if (cursor === undefined || version === undefined || version === 'v2') return;
  cursor.error({
    code: 'config/choice',
    message: `there is no Alertmanager API version \`${version}\``,
    hint: version === 'v1' ? 'version 1 was removed in Prometheus 3; write `v2`' : 'write `v2`, or remove the key',
  });
}
