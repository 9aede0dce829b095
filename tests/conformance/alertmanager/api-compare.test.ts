/** Requests to /api/v2, ordinary and strange, to the real Alertmanager and to Sightline: same status, type and body. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has } from '../../support/programs.ts';
import { API_REQUESTS, type ApiRequest } from './api-requests.ts';
import { startTwoServers, type TwoServers } from './two-servers.ts';

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
  let servers: TwoServers;

  beforeAll(async () => {
    servers = await startTwoServers(YAML);
  });
  afterAll(() => servers.stop());

  // In order: later requests see what earlier ones posted.
  test.each(API_REQUESTS)('$name', async (request) => {
    const [theirAnswer, ourAnswer] = [await ask(servers.theirs, request), await ask(servers.ours, request)];
    const { difference } = request;
    if (difference === undefined) expect(ourAnswer).toEqual(theirAnswer);
    else {
      const { status = theirAnswer.status, reason } = difference;
      expect(ourAnswer.status, reason).toBe(status);
      expect(ourAnswer, 'the difference is gone').not.toEqual(theirAnswer);
    }
  });
});

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
