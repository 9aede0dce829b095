import { describe, expect, test } from 'vitest';
import { PromqlError } from '../errors.ts';
import { type SampleSource, SourceLimitError, type SelectRequest } from '../source.ts';
import { MemorySource } from '../testing/memory-source.ts';
import { evaluateInstant, evaluateRange, type EvaluateOptions } from './index.ts';

const MINUTE = 60_000;

function manySeries(count: number, samples = 60): MemorySource {
  const source = new MemorySource();
  for (let i = 0; i < count; i++) {
    source.add(
      { __name__: 'm_total', i: String(i) },
      Array.from({ length: samples }, (_, k) => [k * MINUTE, k * (i + 1)] as const),
    );
  }
  return source;
}

function optionsFor(source: SampleSource, more: Partial<EvaluateOptions> = {}): EvaluateOptions {
  return { source, limits: { maxSamples: 1e7, maxSeries: 1e5 }, signal: new AbortController().signal, ...more };
}

/** Records what is asked of it. */
class RecordingSource implements SampleSource {
  readonly requests: SelectRequest[] = [];
  readonly #inner = new MemorySource();

  select(...args: Parameters<SampleSource['select']>): ReturnType<SampleSource['select']> {
    this.requests.push(args[0]);
    return this.#inner.select(...args);
  }
}

describe('what a source is asked', () => {
  async function requestsOf(query: string): Promise<SelectRequest[]> {
    const source = new RecordingSource();
    const range = { startMs: 60 * MINUTE, endMs: 120 * MINUTE, stepMs: MINUTE };
    await evaluateRange(query, range, optionsFor(source));
    return source.requests;
  }

  test('one read for each selector, for the whole range', async () => {
    const [first, second, ...rest] = await requestsOf('rate(a[5m]) / b');
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ startMs: 55 * MINUTE, endMs: 120 * MINUTE });
    expect(first?.hint).toEqual({ func: 'rate', rangeMs: 5 * MINUTE, stepMs: MINUTE });
    expect(second).toMatchObject({ startMs: 55 * MINUTE, endMs: 120 * MINUTE });
    expect(second?.hint).toEqual({ func: '', rangeMs: 0, stepMs: MINUTE });
  });

  test('offset, @ and subqueries move the time range', async () => {
    expect(await requestsOf('a offset 10m')).toMatchObject([{ startMs: 45 * MINUTE, endMs: 110 * MINUTE }]);
    expect(await requestsOf('a @ 600')).toMatchObject([{ startMs: 5 * MINUTE, endMs: 10 * MINUTE }]);
    expect(await requestsOf('a @ end() offset -5m')).toMatchObject([{ startMs: 120 * MINUTE, endMs: 125 * MINUTE }]);
    // The first step of the subquery is 51m, whose window reaches back five minutes.
    expect(await requestsOf('max_over_time(rate(a[5m])[10m:1m])')).toMatchObject([
      { startMs: 46 * MINUTE, endMs: 120 * MINUTE, hint: { func: 'rate', stepMs: MINUTE } },
    ]);
  });

  test('the grouping of the aggregation around a selector', async () => {
    const [request] = await requestsOf('sum by (x, y) (a)');
    expect(request?.hint).toMatchObject({ func: 'sum', grouping: { mode: 'by', labels: ['x', 'y'] } });
  });

  test('equal selectors share a read', async () => {
    expect(await requestsOf('rate(a[5m]) / rate(a[5m])')).toHaveLength(1);
    expect(await requestsOf('a / a offset 5m')).toHaveLength(2);
    expect(await requestsOf('a{x="1"} / a{x="2"}')).toHaveLength(2);
  });

  test('nothing for text without selectors', async () => {
    expect(await requestsOf('1 + time()')).toEqual([]);
  });
});

describe('limits', () => {
  const range = { startMs: 0, endMs: 59 * MINUTE, stepMs: MINUTE };

  test('too many samples read', async () => {
    const options = optionsFor(manySeries(10), { limits: { maxSamples: 599, maxSeries: 100 } });
    await expect(evaluateRange('m_total', range, options)).rejects.toMatchObject({
      code: 'too_many_samples',
      message: 'query processing would load too many samples into memory in query execution',
    });
  });

  test('too many samples computed', async () => {
    // 60 samples are read, 59 * 60 points would be held.
    const options = optionsFor(manySeries(1), { limits: { maxSamples: 3_000, maxSeries: 100 } });
    const fine = { startMs: 0, endMs: 59 * MINUTE, stepMs: 1_000 };
    await expect(evaluateRange('m_total', fine, options)).rejects.toMatchObject({ code: 'too_many_samples' });
  });

  test('operands no longer needed do not count', async () => {
    const options = optionsFor(manySeries(1), { limits: { maxSamples: 400, maxSeries: 100 } });
    const query = `m_total${' + 1'.repeat(50)}`;
    const { stats } = await evaluateRange(query, range, options);
    expect(stats.peakSamples).toBeLessThanOrEqual(400);
    expect(stats.samplesRead).toBe(60);
  });

  test('too many series', async () => {
    const options = optionsFor(manySeries(11), { limits: { maxSamples: 1e6, maxSeries: 10 } });
    await expect(evaluateInstant('m_total', 0, options)).rejects.toMatchObject({ code: 'too_many_series' });
  });

  test('a source that refuses', async () => {
    const source: SampleSource = { select: () => Promise.reject(new SourceLimitError('too_many_samples', 'no')) };
    await expect(evaluateInstant('a', 0, optionsFor(source))).rejects.toMatchObject({ code: 'too_many_samples' });
  });

  test('when one read fails the others are aborted and waited for', async () => {
    let isReading = false;
    const source: SampleSource = {
      select: async ({ matchers }, _limits, signal) => {
        if (matchers.some((matcher) => matcher.value === 'bad')) throw new TypeError('broken');
        isReading = true;
        return new Promise((_resolve, reject) => {
          const end = () => {
            isReading = false;
            reject(signal.reason);
          };
          if (signal.aborted) end();
          else signal.addEventListener('abort', end);
        });
      },
    };
    await expect(evaluateInstant('good + bad', 0, optionsFor(source))).rejects.toThrow(new TypeError('broken'));
    expect(isReading).toBe(false);
  });

  test('more steps than samples may be held', async () => {
    const endless = { startMs: 0, endMs: 1e13, stepMs: 1 };
    await expect(evaluateRange('1', endless, optionsFor(manySeries(0)))).rejects.toMatchObject({
      code: 'too_many_samples',
    });
    const query = 'count_over_time(vector(1)[10y:1ms])';
    await expect(evaluateInstant(query, 0, optionsFor(manySeries(0)))).rejects.toMatchObject({
      code: 'too_many_samples',
    });
  });

  test('a source that breaks: its own error', async () => {
    const source: SampleSource = { select: () => Promise.reject(new TypeError('broken')) };
    await expect(evaluateInstant('a', 0, optionsFor(source))).rejects.toThrow(new TypeError('broken'));
  });

  test.each([
    [{ startMs: 0, endMs: 1, stepMs: 0 }, 'zero or negative query resolution step widths are not accepted'],
    [{ startMs: 0, endMs: 1, stepMs: -1 }, 'zero or negative query resolution step widths are not accepted'],
    [{ startMs: 2, endMs: 1, stepMs: 1 }, 'end timestamp must not be before start time'],
  ])('a bad range %j', async (bad, message) => {
    await expect(evaluateRange('1', bad, optionsFor(manySeries(0)))).rejects.toThrow(message);
  });
});

describe('stopping', () => {
  test('an aborted signal stops before reading', async () => {
    const source = manySeries(1);
    const options = optionsFor(source, { signal: AbortSignal.abort() });
    await expect(evaluateInstant('m_total', 0, options)).rejects.toMatchObject({ code: 'canceled' });
    expect(source.selects).toBe(0);
  });

  test('a time-out is told from a cancellation', async () => {
    const reason = new DOMException('too slow', 'TimeoutError');
    const options = optionsFor(manySeries(1), { signal: AbortSignal.abort(reason) });
    const failure = await evaluateInstant('m_total', 0, options).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(PromqlError);
    expect(failure).toMatchObject({ code: 'timeout', message: 'query timed out in expression evaluation' });
  });

  test('a long evaluation lets timers run and stops in the middle', async () => {
    const controller = new AbortController();
    const options = optionsFor(manySeries(400, 400), { signal: controller.signal });
    const query = 'quantile_over_time(0.9, m_total[300m])';
    let turns = 0;
    const timer = setInterval(() => {
      // Evaluation goes on in between: stopped after the third turn of the loop, long before it could finish.
      if (++turns === 3) controller.abort();
    }, 1);
    const range = { startMs: 0, endMs: 400 * MINUTE, stepMs: 10_000 };
    await expect(evaluateRange(query, range, options)).rejects.toMatchObject({ code: 'canceled' });
    clearInterval(timer);
    expect(turns).toBeGreaterThanOrEqual(3);
  });
});

describe('results', () => {
  test('warnings and infos name the place in the query', async () => {
    const { warnings, infos } = await evaluateInstant('quantile(2, m_total)', MINUTE, optionsFor(manySeries(2)));
    expect(warnings).toEqual(['PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)']);
    expect(infos).toEqual([]);
    const source = new MemorySource().add({ __name__: 'gauge' }, [
      [0, 1],
      [MINUTE, 2],
    ]);
    const rate = await evaluateInstant('rate(gauge[5m])', MINUTE, optionsFor(source));
    expect(rate.infos).toEqual([
      'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "gauge" (1:6)',
    ]);
  });

  test('a range query is sorted by labels', async () => {
    const range = { startMs: 0, endMs: MINUTE, stepMs: MINUTE };
    const { value } = await evaluateRange('sort_desc(m_total)', range, optionsFor(manySeries(12)));
    const order = value.type === 'matrix' ? value.series.map((series) => series.labels.get('i')) : [];
    expect(order).toEqual(['0', '1', '10', '11', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  test('a scalar over a range is one series without labels', async () => {
    const range = { startMs: 0, endMs: 2 * MINUTE, stepMs: MINUTE };
    const { value } = await evaluateRange('time()', range, optionsFor(manySeries(0)));
    expect(value).toMatchObject({ type: 'matrix', series: [{ values: Float64Array.of(0, 60, 120) }] });
  });

  test('a parsed expression can be evaluated again', async () => {
    const { parseExpr } = await import('../parser/index.ts');
    const expr = parseExpr('sum(m_total)');
    const first = await evaluateInstant(expr, MINUTE, optionsFor(manySeries(2)));
    const second = await evaluateInstant(expr, MINUTE, optionsFor(manySeries(2)));
    expect(first.value).toEqual(second.value);
    expect(first.value).toMatchObject({ type: 'vector', samples: [{ value: 3 }] });
  });

  test('the look-back and the default subquery step can be set', async () => {
    const options = optionsFor(manySeries(1, 1), { lookbackMs: MINUTE, defaultSubqueryStepMs: 15_000 });
    const late = await evaluateInstant('m_total', MINUTE, options);
    expect(late.value).toEqual({ type: 'vector', samples: [] });
    const { value } = await evaluateInstant('count_over_time(m_total[1m:])', 45_000, options);
    expect(value).toMatchObject({ samples: [{ value: 4 }] });
  });
});
