/** The Alertmanager API v2: what amtool, Grafana and other Prometheus servers speak with. Source: Alertmanager api/v2/openapi.yaml. */
import type { AlertManager } from '../../alerting/alert-manager.ts';
import type { Version } from '../../telemetry/version.ts';
import { get, post, type Route } from '../http/route.ts';
import { listAlerts, listGroups, postAlerts } from './alerts.ts';
import { answering, json } from './answer.ts';
import { fallbackRoutes } from './fallback.ts';
import { deleteSilence, getSilence, listSilences, postSilence } from './silences.ts';

export interface AlertmanagerApiOptions {
  readonly manager: AlertManager;
  /** Unix ms. */
  readonly now: () => number;
  readonly startedMs: number;
  readonly version: Version;
  /** The running alertmanager.yml. */
  readonly config: () => {
    /** With secrets masked. */
    readonly yaml: string;
    /** In the order of the file. */
    readonly receivers: readonly string[];
  };
}

export function alertmanagerRoutes(options: AlertmanagerApiOptions): Route[] {
  const { manager, now, config } = options;
  const { silences } = manager;
  const known: Route[] = [
    get('/api/v2/alerts', answering(listAlerts(manager, now))),
    post('/api/v2/alerts', answering(postAlerts(manager, now))),
    get('/api/v2/alerts/groups', answering(listGroups(manager, now))),
    get('/api/v2/silences', answering(listSilences(silences, now))),
    post('/api/v2/silences', answering(postSilence(silences, now))),
    get('/api/v2/silence/:id', answering(getSilence(silences, now))),
    { methods: ['DELETE'], path: '/api/v2/silence/:id', handler: answering(deleteSilence(silences)), errors: 'json' },
    get('/api/v2/receivers', async () => json(config().receivers.map((name) => ({ name })))),
    get('/api/v2/status', async () => json(status(options))),
  ];
  return [...known, ...fallbackRoutes(known)];
}

function status({ config, startedMs, version }: AlertmanagerApiOptions): unknown {
  return {
    cluster: { peers: [], status: 'disabled' },
    config: { original: config().yaml },
    uptime: new Date(startedMs).toISOString(),
    versionInfo: {
      branch: '',
      buildDate: version.buildDate,
      buildUser: '',
      goVersion: `node ${process.version}`,
      revision: version.revision,
      version: version.version,
    },
  };
}
