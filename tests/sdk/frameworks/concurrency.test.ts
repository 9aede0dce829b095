/**
 * Concurrent requests never see each other's context: every log line, span, outgoing header and answer of a request has its own
 * ids. The same check runs with 100,000 requests per framework in bench/sdk/cases/context-concurrency.mjs.
 */
import { describe, expect, it } from 'vitest';
import { frameworks } from '../../../bench/sdk/context/apps.mjs';
import { checkFramework } from '../../../bench/sdk/context/check.mjs';
import { startObserved } from '../support/observed.ts';

const REQUESTS = 3000;
const OUTGOING_EVERY = 10;
const observed = startObserved();

const captured = {
  async take() {
    // The upstream service is in this process too.
    await observed.accessLines(REQUESTS + REQUESTS / OUTGOING_EVERY);
    const lines = observed.lines.flatMap(({ data, request_id, trace_id, user_id }) => {
      const id = data?.['id'] ?? /^\/work\/(\d+)$/.exec(String(data?.['path']))?.[1];
      return id === undefined ? [] : [{ id: Number(id), requestId: request_id, trace: trace_id, userId: user_id }];
    });
    const spans = observed.spans.flatMap(({ attributes, traceId }) => {
      const id = attributes['work.id'] ?? /^\/work\/(\d+)$/.exec(String(attributes['url.path']))?.[1];
      return id === undefined ? [] : [{ id: Number(id), trace: traceId }];
    });
    observed.clear();
    return { lines, spans };
  },
};

describe('3,000 concurrent requests keep their context with', () => {
  it.each(frameworks)('%s', async (framework) => {
    const { observability } = observed;
    const outcome = await checkFramework({ framework, observability, captured, requests: REQUESTS, outgoingEvery: OUTGOING_EVERY });
    expect(outcome.wrong.slice(0, 5)).toEqual([]);
    // A line of the handler and the line of the request; its span and the inner one; one look at the headers.
    expect(outcome).toMatchObject({ lines: 2 * REQUESTS, spans: 2 * REQUESTS, headers: REQUESTS });
  });
});
