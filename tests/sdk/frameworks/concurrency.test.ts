/**
 * Concurrent requests never see each other's context: every log line, span, outgoing header and answer of a request has its own
 * ids. The same check runs with 100,000 requests per framework in bench/sdk/cases/context-concurrency.mjs.
 */
import { observe } from '@sightline/sdk';
import { describe, expect, it } from 'vitest';
import { frameworks } from '../../../bench/sdk/context/apps.mjs';
import { capture } from '../../../bench/sdk/context/capture.mjs';
import { checkFramework } from '../../../bench/sdk/context/check.mjs';

const REQUESTS = 3000;
const captured = capture();
const observability = observe({ service: 'tests', logging: { sinks: [captured.sink] } });
observability.tracing.addSink(captured.onSpan);

describe('3,000 concurrent requests keep their context with', () => {
  it.each(frameworks)('%s', async (framework) => {
    const outcome = await checkFramework({ framework, observability, captured, requests: REQUESTS });
    expect(outcome.wrong.slice(0, 5)).toEqual([]);
    // A line of the handler and the line of the request; its span and the inner one; one look at the headers.
    expect(outcome).toMatchObject({ lines: 2 * REQUESTS, spans: 2 * REQUESTS, headers: REQUESTS });
  });
});
