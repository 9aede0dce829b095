/** Requests to /api/v2, ordinary and strange, to the real Alertmanager and to Sightline: same status, type and body. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AlertRig, matcher, routeConfig } from '../../../packages/server/src/alerting/testing/alert-rig.ts';
import { alertmanagerRoutes } from '../../../packages/server/src/api/alertmanager/routes.ts';
import { createHttpServer, type HttpServer } from '../../../packages/server/src/api/http/server.ts';
import { createLogger } from '../../../packages/server/src/telemetry/create-logger.ts';
import { createMetricsRegistry } from '../../../packages/server/src/telemetry/create-registry.ts';
import { answers, freePort, has, type Program, startProgram, temporaryFolder } from '../../support/programs.ts';
import { API_REQUESTS, type ApiRequest } from './api-requests.ts';

const YAML = `
route:
  receiver: team
  group_by: [alertname]
  routes:
  - {matchers: ['severity="page"'], receiver: pager, continue: true}
  - {matchers: ['severity="page"'], receiver: team.b}
receivers: [{name: team}, {name: pager}, {name: team.b}]
inhibit_rules:
- {source_matchers: ['alertname="Dead"'], target_matchers: ['alertname="Slow"'], equal: [job]}
`;

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)/g;

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly allow: string | null;
  readonly body: unknown;
}

describe.skipIf(!has('prometheus-alertmanager'))('answers (need the prometheus-alertmanager binary)', () => {
  const folder = temporaryFolder();
  let program: Program;
  let theirs = '';
  let ours = '';
  let server: HttpServer;
  let rig: AlertRig;

  beforeAll(async () => {
    const file = path.join(folder.path, 'alertmanager.yml');
    writeFileSync(file, YAML);
    theirs = `http://127.0.0.1:${await freePort()}`;
    const flags = [`--config.file=${file}`, `--storage.path=${folder.path}`, '--cluster.listen-address='];
    program = startProgram('prometheus-alertmanager', [...flags, `--web.listen-address=${theirs.slice(7)}`]);
    await answers(`${theirs}/-/ready`, program);
    rig = await startRig();
    server = serve(rig);
    ours = `http://127.0.0.1:${(await server.listen('127.0.0.1', 0)).port}`;
  });
  afterAll(async () => {
    await program.stop();
    await server.close(100);
    await rig.manager.close();
    folder.remove();
  });

  // In order: later requests see what earlier ones posted.
  test.each(API_REQUESTS)('$name', async (request) => {
    const [theirAnswer, ourAnswer] = [await ask(theirs, request), await ask(ours, request)];
    const { difference } = request;
    if (difference === undefined) expect(ourAnswer).toEqual(theirAnswer);
    else {
      const { status = theirAnswer.status, reason } = difference;
      expect(ourAnswer.status, reason).toBe(status);
      expect(ourAnswer, 'the difference is gone').not.toEqual(theirAnswer);
    }
  });
});

function startRig(): Promise<AlertRig> {
  const page = [matcher('severity=page')];
  const route = routeConfig({
    receiver: 'team',
    groupBy: ['alertname'],
    routes: [
      routeConfig({ matchers: page, receiver: 'pager', continue: true }),
      routeConfig({ matchers: page, receiver: 'team.b' }),
    ],
  });
  const inhibitRules = [
    { sourceMatchers: [matcher('alertname=Dead')], targetMatchers: [matcher('alertname=Slow')], equal: ['job'] },
  ];
  return AlertRig.start({ plan: { route, inhibitRules }, startMs: Date.now() });
}

function serve(rig: AlertRig): HttpServer {
  const server = createHttpServer({
    fallback: (_request, response) => response.end(),
    logger: createLogger({ level: 'error', format: 'text', write: () => undefined }),
    registry: createMetricsRegistry(),
  });
  const config = () => ({ yaml: YAML, receivers: ['team', 'pager', 'team.b'] });
  const version = { version: '0.0.0', revision: 'r', buildDate: '' };
  const now = () => rig.clock.now();
  server.mount(alertmanagerRoutes({ manager: rig.manager, now, startedMs: now(), version, config }));
  return server;
}

async function ask(url: string, { method = 'GET', at, body, type = 'application/json' }: ApiRequest): Promise<Answer> {
  const headers = body === undefined ? {} : { 'content-type': type };
  const init = { method, headers, ...(body !== undefined && { body }) };
  const response = await fetch(`${url}/api/v2/${at}`, init).catch(() => undefined);
  // Alertmanager cuts the connection where its handler crashes.
  if (response === undefined) return { status: 0, type: null, allow: null, body: '' };
  const allow = response.headers.get('allow')?.split(',').sort().join() ?? null;
  const answer = comparable(await response.text());
  return { status: response.status, type: response.headers.get('content-type'), allow, body: answer };
}

/** Ids and moments have their own values on each side; methods that are allowed come in any order; mutedBy came with 0.28. */
function comparable(text: string): unknown {
  const masked = text
    .replaceAll(UUID, '<id>')
    .replaceAll(TIME, '<time>')
    .replaceAll('"mutedBy":[],', '')
    .replace(/but \[([A-Z,]+)\]/, (_, methods: string) => `but [${methods.split(',').sort().join()}]`);
  try {
    return JSON.parse(masked);
  } catch {
    return masked;
  }
}
