/**
 * Exposition text against the real Prometheus: it scrapes a server on which every body of cases.ts is a target, and for each
 * the verdict (up) and the samples must be the same as those of our parser.
 */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatFloat } from '@sightline/model';
import { ExpositionError, parseExposition, parseSeries } from '@sightline/protocol';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { has, temporaryFolder } from '../../support/programs.ts';
import { type RunningPrometheus, startPrometheus } from '../../support/prometheus.ts';
import { CASES, type ExpositionCase } from './cases.ts';
import { mutatedCases } from './mutations.ts';

const hasPrometheus = has('prometheus');
const SYNTHETIC = /^(up|scrape_.*)$/;
const CONTENT_TYPES = {
  text: 'text/plain; version=0.0.4; charset=utf-8',
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
};

const SEED = Number(process.env['EXPOSITION_SEED'] ?? 1);
const MUTATIONS = Number(process.env['EXPOSITION_MUTATIONS'] ?? 400);
const ALL: readonly ExpositionCase[] = [...CASES, ...mutatedCases(SEED, MUTATIONS)];

/** What 3.x accepts and 2.42 does not (see cases.ts), in a form that a mutation can hit on. */
const KNOWN_DIFFERENCES: Readonly<Record<ExpositionCase['format'], RegExp>> = {
  text: /^[ \t]+[a-zA-Z_:]|\{\s*"|[,"]\s*"|# ?(HELP|TYPE)\s+"/m,
  openmetrics: /,\}|\{"|[,"]"|# (HELP|TYPE|UNIT) "|^(?![^{ \n]*(_total|_bucket)[{ ])[^#\n][^\n]* # \{/m,
};

interface Verdict {
  readonly up: boolean;
  /** `name{labels} value`, sorted. */
  readonly samples: readonly string[];
}

function bodyOf(one: ExpositionCase): Buffer {
  if (typeof one.body !== 'string') return one.body;
  const now = Date.now();
  return Buffer.from(one.body.replaceAll('@MS@', String(now)).replaceAll('@S@', String(Math.floor(now / 1000) - 1)));
}

/** A scrape is taken as a whole: one mistake and nothing of it is stored. */
function ourVerdict(one: ExpositionCase): Verdict & { isDated: boolean; error?: string } {
  const body = bodyOf(one);
  const samples = new Map<string, string>();
  let isDated = false;
  try {
    parseExposition(body, one.format, {
      sample(start, end, value, timestampMs) {
        if (!Number.isNaN(timestampMs)) isDated = true;
        const series = parseSeries(body, start, end).toString();
        // Of two samples of one time the first is kept.
        if (!samples.has(series)) samples.set(series, formatFloat(value));
      },
    });
    return { up: true, isDated, samples: [...samples].map(([series, value]) => `${series} ${value}`) };
  } catch (error) {
    if (!(error instanceof ExpositionError)) throw error;
    return { up: false, isDated, samples: [], error: error.message };
  }
}

interface VectorEntry {
  readonly metric: Record<string, string>;
  readonly value: readonly [number, string];
}

async function query(prometheus: RunningPrometheus, expr: string): Promise<VectorEntry[]> {
  const answer = await fetch(`${prometheus.url}/api/v1/query?query=${encodeURIComponent(expr)}`);
  const json = (await answer.json()) as { data: { result: VectorEntry[] } };
  return json.data.result;
}

/** By the number of the case. */
async function theirVerdicts(prometheus: RunningPrometheus): Promise<Map<number, Verdict>> {
  const verdicts = new Map<number, { up: boolean; samples: string[] }>();
  for (const { metric, value } of await query(prometheus, 'up')) {
    verdicts.set(Number(metric['case']), { up: value[1] === '1', samples: [] });
  }
  for (const { metric, value } of await query(prometheus, '{__name__=~".+"}')) {
    const { __name__: name = '', job: _job, instance: _instance, case: number, ...labels } = metric;
    if (SYNTHETIC.test(name)) continue;
    const pairs = Object.entries(labels).map(([key, text]) => `${key}=${JSON.stringify(text)}`);
    const series = pairs.length === 0 ? name : `${name}{${pairs.join(', ')}}`;
    verdicts.get(Number(number))?.samples.push(`${series} ${value[1]}`);
  }
  for (const { samples } of verdicts.values()) samples.sort();
  return verdicts;
}

/** JSON's escapes in the labels of their answer, Go's in ours. */
function normal(samples: readonly string[]): string[] {
  return samples.map((text) => text.replaceAll('\\u0000', '\\x00')).sort();
}

describe.skipIf(!hasPrometheus)(
  'exposition as the installed Prometheus reads it (skipped where it is not installed)',
  () => {
    const folder = temporaryFolder();
    let server: Server;
    let prometheus: RunningPrometheus | undefined;
    let theirs = new Map<number, Verdict>();

    beforeAll(async () => {
      server = createServer((request, response) => {
        const one = ALL[Number(request.url?.slice(6))] as ExpositionCase;
        response.setHeader('content-type', CONTENT_TYPES[one.format]);
        response.end(bodyOf(one));
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as AddressInfo;
      // Scrapes are spread over the interval; too many a second and some run out of time.
      const seconds = Math.max(2, Math.ceil(ALL.length / 150));
      const targets = ALL.map(
        (_, index) =>
          `      - targets: ['127.0.0.1:${port}']\n        labels: { __metrics_path__: '/case/${index}', case: '${index}' }\n`,
      );
      prometheus = await startPrometheus(
        folder.path,
        `global: { scrape_interval: ${seconds}s, scrape_timeout: ${seconds}s }\nscrape_configs:\n  - job_name: cases\n    static_configs:\n${targets.join('')}`,
      );
      for (let round = 0; round < 250; round++) {
        await sleep(200);
        if ((await query(prometheus, 'count(up)'))[0]?.value[1] === String(ALL.length)) break;
      }
      // One scrape is appended in one transaction, so a target that has `up` has its samples.
      theirs = await theirVerdicts(prometheus);
    }, 60_000);

    afterAll(async () => {
      await prometheus?.program.stop();
      server.close();
      folder.remove();
    });

    test.each(CASES.map((one, index) => [index, one] as const))('case %d: %j', (index, one) => {
      const their = theirs.get(index);
      expect(their, 'the target was scraped').toBeDefined();
      const ours = ourVerdict(one);
      if (one.differs !== undefined) {
        expect({ ours: ours.up, theirs: their?.up }, one.differs).toEqual({ ours: true, theirs: false });
        return;
      }
      expect(ours.up, `verdict; ours says ${ours.error ?? 'good'}`).toBe(their?.up);
      expect(normal(ours.samples)).toEqual(normal(their?.samples ?? []));
    });

    test.each(ALL.slice(CASES.length).map((one, index) => [CASES.length + index, one] as const))(
      'mutation %d: %j',
      (index, one) => {
        const their = theirs.get(index);
        const ours = ourVerdict(one);
        if (ours.up && their?.up === false && KNOWN_DIFFERENCES[one.format].test(String(one.body))) return;
        expect(ours.up, `verdict; ours says ${ours.error ?? 'good'}`).toBe(their?.up);
        // A random timestamp is out of the bounds of its storage.
        if (ours.isDated) return;
        expect(normal(ours.samples)).toEqual(normal(their?.samples ?? []));
      },
    );
  },
);
