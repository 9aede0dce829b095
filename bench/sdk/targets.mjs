/**
 * The goals of the SDK: which measurement proves which id (L1 to S3), with which formula, against which peer. The only place
 * that knows; run.mjs measures the cases, report.mjs prints what `rows` say.
 *
 * A row compares one figure of the SDK with one of a peer, or with a fixed limit. `line` names what a case printed: its file, or
 * the `case` of its JSON line where it prints several. A figure that is undefined was not measured: the peer is not installed.
 */

/** peer / SDK must reach `factor`. */
const times = (factor) => ({ kind: 'times', factor });
/** SDK / peer may be `factor` at most. */
const share = (factor) => ({ kind: 'share', factor });
/** SDK / peer must be `factor` at least: what is kept of something good. */
const kept = (factor) => ({ kind: 'kept', factor });
/** The SDK's own figure may be `limit` at most. */
const atMost = (limit) => ({ kind: 'atMost', limit });

const PINO = 'pino set up for this line';
const PROM_CLIENT = 'prom-client';
const PROMETHEUS_IO = '@prometheus-io/client';
const OTEL = 'OpenTelemetry';
const STACK = 'pino-http + prom-client + OpenTelemetry auto-instrumentation';

const ns = (way) => (line) => line.ns[way];
const of = (way, key) => (line) => line[way]?.[key];

/** A row about nanoseconds of a case that `logging-harness.mjs` ran. */
function perCall(id, what, line, goal, [peer, way] = [], own = 'sdk', unit = 'ns') {
  return { id, what, line, unit, own: ns(own), peer, theirs: way === undefined ? undefined : ns(way), goal };
}

/** The same figure against several registries, each with its goal. */
function registries(id, what, line, unit, figure, goals) {
  const ways = { [PROM_CLIENT]: 'promClient', [PROMETHEUS_IO]: 'prometheusIo', [OTEL]: 'otel' };
  return Object.entries(goals).map(([peer, goal]) => ({
    id,
    what,
    line,
    unit,
    own: figure('sdk'),
    peer,
    theirs: figure(ways[peer]),
    goal,
  }));
}

const LOGGING = [
  perCall('L1', 'reference line, bytes in memory', 'logging-line', times(2.5), [PINO, 'pino']),
  perCall('L2', 'reference line to a file descriptor', 'logging-descriptor', times(4), [`${PINO}, default`, 'pino']),
  perCall('L2', 'reference line to a file descriptor', 'logging-descriptor', times(5), [
    `${PINO}, sync: false`,
    'pinoAsync',
  ]),
  perCall(
    'L3',
    'reference line without performance',
    'logging-line',
    share(1),
    ['bare pino', 'pinoBare'],
    'sdkDataOnly',
  ),
  perCall('L4', 'three redacted paths', 'logging-redaction', times(3), [`${PINO}, redact`, 'pino']),
  perCall('L4', 'three redacted paths', 'logging-redaction', share(1.4), [
    'the SDK without redaction',
    'sdkNoRedaction',
  ]),
  perCall('L5', 'nested objects and arrays', 'logging-nested', timesByNode, [PINO, 'pino']),
  perCall('L5', '370 characters with escapes', 'logging-nested', timesByNode, [PINO, 'pinoEscaped'], 'sdkEscaped'),
  perCall('L6', 'a line whose level is off', 'logging-gates', atMost(5)),
  perCall('L6', 'a line that is sampled out', 'logging-gates', atMost(10), [], 'sampledOut'),
  perCall('L6', 'a line over its rate limit', 'logging-gates', atMost(60), [], 'rateLimited'),
  perCall('L7', 'reference line, bytes in memory', 'logging-line', times(10), ['winston, same shape', 'winston']),
  {
    id: 'L8',
    what: 'no line lost at the end of the process, EAGAIN, EPIPE',
    tests: 'tests/sdk/logging, tests/sdk/faults',
  },
];

/** Node 24 builds the arguments of a call with nested objects faster, so that more of the difference shows. */
function timesByNode(major) {
  return times(major >= 24 ? 1.5 : 1.2);
}

const update = (way) => (line) => line.ns[way];
const METRICS = [
  perCall('M1', 'counter, pre-bound', 'metrics-update incBound', times(40), [PROM_CLIENT, 'promClient']),
  perCall('M1', 'counter, pre-bound', 'metrics-update incBound', atMost(10)),
  ...registries('M2', 'counter, label object', 'metrics-update inc', 'ns', update, {
    [PROM_CLIENT]: times(6),
    [PROMETHEUS_IO]: times(6),
    [OTEL]: times(10),
  }),
  ...registries('M2', 'histogram, label object', 'metrics-update observe', 'ns', update, {
    [PROM_CLIENT]: times(6),
    [PROMETHEUS_IO]: times(6),
    [OTEL]: times(10),
  }),
  perCall('M3', 'histogram, pre-bound', 'metrics-update observeBound', times(25), [PROM_CLIENT, 'promClient']),
  ...rendering('M4', '50,000 counters, all changed', 'counters', 10, 6, 25),
  ...rendering('M4', '50,000 histogram lines, all changed', 'histogramLines', 10, 6, 25),
  ...rendering('M5', '50,000 counters, 1 % changed', 'countersOneInHundred', 20, 10),
  ...registries('M6', 'event loop held up by a scrape of 50,000 series', 'metrics-stall', 'ms', stall, {
    [PROM_CLIENT]: share(1 / 15),
  }),
  {
    id: 'M6',
    what: 'event loop held up by a scrape of 50,000 series',
    line: 'metrics-stall',
    unit: 'ms',
    own: stall('sdk'),
    goal: atMost(10),
  },
  ...memory('a counter series', 'counter'),
  ...memory('a counter series after an exposition', 'counterRendered'),
  ...memory('a histogram series after an exposition', 'histogramRendered'),
  { id: 'M8', what: 'promtool accepts the output, values equal to prom-client', tests: 'tests/sdk/metrics' },
];

function rendering(id, what, key, promClient, prometheusIo, otel) {
  return registries(id, `exposition of ${what}`, 'metrics-render', 'ms', (way) => of(way, key), {
    [PROM_CLIENT]: times(promClient),
    [PROMETHEUS_IO]: times(prometheusIo),
    ...(otel === undefined ? {} : { [OTEL]: times(otel) }),
  });
}

function stall(way) {
  return of(way, 'stall');
}

function memory(what, key) {
  return registries('M7', `memory of ${what}`, 'metrics-memory', 'B', (way) => of(way, key), {
    [PROM_CLIENT]: share(1.3),
  });
}

const TRACING = [
  perCall('T1', 'recorded span, three attributes, queued', 'tracing-recorded', times(5), [OTEL, 'otel']),
  perCall('T2', 'span that is sampled out', 'tracing-sampled-out', times(8), [OTEL, 'otel']),
  perCall('T3', 'W3C headers read and written', 'tracing-propagation', times(1.5), [OTEL, 'otel']),
  perCall('T4', 'OTLP/JSON of 100 spans', 'tracing-encoding', times(1.1), [OTEL, 'otelJson'], 'sdkJson'),
  perCall('T4', 'OTLP/protobuf of 100 spans', 'tracing-encoding', undefined, [OTEL, 'otelProtobuf']),
];

const FRAMEWORKS = { node: 'node:http', express: 'Express 5', fastify: 'Fastify 5' };
const KEPT = { node: 0.7, express: 0.85, fastify: 0.7 };

/** A figure of a server; a run in which requests failed is no measurement. */
function served(framework, mode, key) {
  return ({ results }) => {
    const { [key]: figure, errors } = results[framework][mode];
    if (errors > 0) throw new Error(`${errors} of the requests to ${framework} (${mode}) failed`);
    return figure;
  };
}

/** What a mode adds to the bare framework's CPU time of a request. */
function added(framework, mode) {
  const [with_, bare] = [served(framework, mode, 'cpuMicros'), served(framework, 'bare', 'cpuMicros')];
  return (line) => with_(line) - bare(line);
}

const http = (id, what, unit, own, peer, theirs, goal) => ({
  id,
  what,
  line: 'http-load',
  unit,
  own,
  peer,
  theirs,
  goal,
});

const HTTP = [
  ...Object.entries(FRAMEWORKS).map(([key, name]) =>
    http('H1', `CPU added to a request, ${name}`, 'µs', added(key, 'sdk'), STACK, added(key, 'peer'), share(1 / 5)),
  ),
  ...Object.entries(FRAMEWORKS).flatMap(([key, name]) => {
    const rate = (mode) => served(key, mode, 'requestsPerSecond');
    return [
      http('H2', `throughput, ${name}`, 'requests/s', rate('sdk'), `bare ${name}`, rate('bare'), kept(KEPT[key])),
      http('H2', `throughput of the peers, ${name}`, 'requests/s', rate('peer'), `bare ${name}`, rate('bare')),
    ];
  }),
  ...Object.entries(FRAMEWORKS).map(([key, name]) => {
    const p99 = (mode) => served(key, mode, 'p99Ms');
    const goal = key === 'express' ? share(1.5) : undefined;
    return http('H3', `p99 at saturation, ${name}`, 'ms', p99('sdk'), `bare ${name}`, p99('bare'), goal);
  }),
  http(
    'H3',
    'p99 at saturation of the peers, Express 5',
    'ms',
    served('express', 'peer', 'p99Ms'),
    'bare Express 5',
    served('express', 'bare', 'p99Ms'),
  ),
  {
    id: 'H4',
    what: ({ results }) =>
      `requests with a wrong context, ${Object.values(results)[0].requests} concurrent ones each of ${Object.keys(results).join(', ')}`,
    line: 'context-concurrency',
    unit: '',
    own: wrongContexts,
    goal: atMost(0),
  },
];

/** Mismatches, and lines, spans and headers that are not there. */
function wrongContexts({ results }) {
  let wrong = 0;
  for (const each of Object.values(results)) {
    wrong += each.wrong + Math.abs(2 * each.requests - each.lines) + Math.abs(2 * each.requests - each.spans);
    wrong += Math.abs(each.requests - each.headers);
  }
  return wrong;
}

const over = (way, key) => (line) => line[way][key] - line.bare[key];
const START_PEERS = 'sdk-node + auto-instrumentations + pino + prom-client';

const SIZE = [
  start('time added to a process: import', 'ms', 'sdkImported', 'ms', 25),
  start('time added to a process: import and observe()', 'ms', 'sdk', 'ms', 25),
  start('time added to a process: require and observe()', 'ms', 'sdkRequired', 'ms', 25),
  start('memory added to a process: import and observe()', 'MB', 'sdk', 'rssMb', 8),
  start('the same with export of spans: time', 'ms', 'sdkExporting', 'ms'),
  start('the same with export of spans: memory', 'MB', 'sdkExporting', 'rssMb'),
  { ...size('runtime dependencies, packages', '', 'dependencies', 'packages'), goal: atMost(0) },
  { ...size('installed size', 'MB', 'megabytes', 'megabytes'), goal: atMost(1) },
  { id: 'S3', what: 'a single-file bundle and a pure ESM app, both fully instrumented', tests: 'tests/sdk/bundle' },
];

function start(what, unit, way, key, limit) {
  const goal = limit === undefined ? undefined : atMost(limit);
  return {
    id: 'S1',
    what,
    line: 'start',
    unit,
    own: over(way, key),
    peer: START_PEERS,
    theirs: over('peers', key),
    goal,
  };
}

function size(what, unit, own, theirs) {
  return {
    id: 'S2',
    what,
    line: 'install-size',
    unit,
    own: of('sdk', own),
    peer: START_PEERS,
    theirs: of('peers', theirs),
  };
}

export const rows = [...LOGGING, ...METRICS, ...TRACING, ...HTTP, ...SIZE];

/**
 * What a row says of what was measured on a Node.
 *
 * @param lines What the cases printed, by name. @param failures Why a case printed nothing, by name of the case.
 * @returns own, theirs: numbers or undefined; ratio: text; goal: text; state: `reached`, `missed`, `tests`, `no goal`,
 *   `absent` (the peer is not installed) or `failed`, with the reason as `error`; undefined when the case did not run.
 */
export function judge(row, lines, failures, major) {
  const { id } = row;
  if (row.tests !== undefined) return { id, what: row.what, state: 'tests', tests: row.tests };
  const goal = typeof row.goal === 'function' ? row.goal(major) : row.goal;
  const line = lines.get(row.line);
  const failure = failures.get(row.line) ?? failures.get(row.line.split(' ')[0]);
  const common = { id, what: row.what, unit: row.unit, peer: row.peer, goal: goalText(goal, row.unit) };
  if (line === undefined) {
    if (failure === undefined) return undefined;
    return { ...common, what: typeof row.what === 'string' ? row.what : row.line, state: 'failed', error: failure };
  }
  try {
    const what = typeof row.what === 'string' ? row.what : row.what(line);
    const [own, theirs] = [number(row.own(line)), row.theirs?.(line)];
    if (row.peer !== undefined && theirs === undefined) return { ...common, what, own, state: 'absent' };
    if (theirs !== undefined) number(theirs);
    const value = { times: theirs / own, share: own / theirs, kept: own / theirs }[goal?.kind];
    return { ...common, what, own, theirs, ratio: ratioText(goal, own, theirs), state: verdict(goal, own, value) };
  } catch (error) {
    return {
      ...common,
      what: typeof row.what === 'string' ? row.what : row.line,
      state: 'failed',
      error: error.message,
    };
  }
}

function number(value) {
  if (!Number.isFinite(value)) throw new Error(`the case printed ${value} where a number was expected`);
  return value;
}

function verdict(goal, own, value) {
  if (goal === undefined) return 'no goal';
  if (goal.kind === 'atMost') return own <= goal.limit ? 'reached' : 'missed';
  if (goal.kind === 'share') return value <= goal.factor ? 'reached' : 'missed';
  return value >= goal.factor ? 'reached' : 'missed';
}

function ratioText(goal, own, theirs) {
  if (theirs === undefined) return '';
  if (goal?.kind === 'times') return `${short(theirs / own)}×`;
  if (own === 0) return '';
  return own < theirs / 2 && goal !== undefined && goal.kind !== 'kept'
    ? `1/${short(theirs / own)}`
    : `${short(own / theirs)} of it`;
}

function goalText(goal, unit) {
  if (goal === undefined) return '';
  if (goal.kind === 'times') return `≥ ${goal.factor}×`;
  if (goal.kind === 'kept') return `≥ ${goal.factor} of it`;
  if (goal.kind === 'share') return goal.factor < 0.5 ? `≤ 1/${Math.round(1 / goal.factor)}` : `≤ ${goal.factor} of it`;
  return `≤ ${goal.limit} ${unit}`.trim();
}

/** Three significant digits, as far as a table needs them. */
export function short(value) {
  const size = Math.abs(value);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2);
}
