/** The `alerting` section: Alertmanagers outside this process, and relabeling of alerts. Rules: Prometheus config.AlertingConfig. */
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { atMostOne, type NameScheme, warnNotRun } from './decode-kit.ts';
import { readDiscovery } from './discovery.ts';
import { readHttpClient } from './http-client.ts';
import { readRelabelConfigs } from './relabel.ts';
import { readSigv4 } from './remote-auth.ts';
import type { AlertingSection, AlertmanagersConfig } from './types.ts';

const DEFAULT_TIMEOUT_MS = 10_000;

export function readAlerting(cursor: Cursor | undefined, nameScheme: NameScheme): AlertingSection {
  const reader = cursor === undefined || cursor.isNull ? undefined : ObjectReader.open(cursor);
  if (reader === undefined) return { alertmanagers: [], alertRelabelConfigs: [], nameScheme };
  const alertRelabelConfigs = readRelabelConfigs(reader, 'alert_relabel_configs', nameScheme);
  const alertmanagers = reader
    .list('alertmanagers', 'a list of Alertmanagers')
    .map((item) => readAlertmanagers(item, nameScheme))
    .filter((config) => config !== undefined);
  reader.finish({
    hints: {
      static_configs: '`static_configs` belongs under `alertmanagers`: `alertmanagers: [{static_configs: [...]}]`',
    },
  });
  return { alertmanagers, alertRelabelConfigs, nameScheme };
}

function readAlertmanagers(cursor: Cursor, nameScheme: NameScheme): AlertmanagersConfig | undefined {
  const reader = cursor.isNull ? undefined : ObjectReader.open(cursor, 'an Alertmanager');
  if (cursor.isNull)
    cursor.error({
      code: 'config/empty-section',
      message: 'an entry of `alertmanagers` is empty',
      hint: 'remove the `-`',
    });
  if (reader === undefined) return undefined;
  const relabelConfigs = readRelabelConfigs(reader, 'relabel_configs', nameScheme);
  const alertRelabelConfigs = readRelabelConfigs(reader, 'alert_relabel_configs', nameScheme);
  const http = readHttpClient(reader);
  readSigv4(reader);
  warnNotRun(reader.given('sigv4'), '`sigv4` is', 'what is sent to these Alertmanagers is not signed');
  atMostOne(reader, ['basic_auth', 'authorization', 'oauth2', 'sigv4']);
  const config = {
    scheme: reader.string('scheme', 'http'),
    pathPrefix: reader.string('path_prefix'),
    timeoutMs: reader.duration('timeout', DEFAULT_TIMEOUT_MS),
    http,
    relabelConfigs,
    alertRelabelConfigs,
  };
  checkVersion(reader.given('api_version'));
  const hasRelabeling = relabelConfigs.length > 0;
  const discovery = readDiscovery(reader, { scheme: nameScheme, hasRelabeling, mayBeEmpty: true });
  reader.finish({ hints: { targets: '`targets` belongs under `static_configs`' } });
  return { ...config, ...discovery };
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
