/**
 * Concurrent requests of one framework after the other, in this process: does each keep its own context (target H4)?
 *
 * node context-concurrency.mjs [--frameworks node,express5] [--requests 100000] [--connections 50]
 * Prints one JSON object: results[framework] = { requests, lines, spans, headers, wrong, examples, seconds }. Ends with code 1
 * when anything was wrong.
 */
import { parseArgs } from 'node:util';
import { observe } from '@sightline/sdk';
import { frameworks } from '../context/apps.mjs';
import { capture } from '../context/capture.mjs';
import { checkFramework } from '../context/check.mjs';

const { values: flags } = parseArgs({
  options: {
    frameworks: { type: 'string', default: frameworks.join(',') },
    requests: { type: 'string', default: '100000' },
    connections: { type: 'string', default: '50' },
  },
});

const captured = capture();
const observability = observe({
  service: 'context-bench',
  logging: { level: 'info', sinks: [captured.sink] },
  shutdown: false,
});
observability.tracing.addSink(captured.onSpan);

const results = {};
for (const framework of flags.frameworks.split(',')) {
  const started = performance.now();
  const outcome = await checkFramework({
    framework,
    observability,
    captured,
    requests: Number(flags.requests),
    connections: Number(flags.connections),
  });
  const { wrong, ...counts } = outcome;
  const seconds = (performance.now() - started) / 1000;
  results[framework] = { ...counts, wrong: wrong.length, examples: wrong.slice(0, 5), seconds };
}
console.log(JSON.stringify({ node: process.version, results }));
const failed = Object.values(results).some(
  ({ requests, lines, spans, headers, wrong }) =>
    wrong > 0 || lines !== 2 * requests || spans !== 2 * requests || headers !== requests,
);
process.exit(failed ? 1 : 0);
