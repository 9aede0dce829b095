import { type Exemplar, Labels, type MetricMetadata } from '@sightline/model';
import { describe, expect, test } from 'vitest';
import { ProtobufError } from '../protobuf/protobuf-error.ts';
import { ProtobufWriter } from '../protobuf/writer.ts';
import { remoteWriteVersion } from './content-type.ts';
import { decodeWriteRequest } from './decode.ts';
import { encodeWriteRequestV1, encodeWriteRequestV2, type SeriesToWrite } from './encode.ts';
import type { RemoteWriteSink } from './sink.ts';

class Recorder implements RemoteWriteSink {
  readonly events: string[] = [];
  readonly keys = new Set<string>();
  known(key: string): boolean {
    if (this.keys.has(key)) this.events.push('known');
    return this.keys.has(key);
  }
  series(labels: readonly string[], key: string, invalid: string | undefined): void {
    if (key !== '') this.keys.add(key);
    this.events.push(invalid === undefined ? `series ${labels.join(' ')}` : `invalid ${invalid}`);
  }
  sample(timestampMs: number, value: number): void {
    this.events.push(`${timestampMs} ${Object.is(value, -0) ? '-0' : value}`);
  }
  stale(timestampMs: number): void {
    this.events.push(`${timestampMs} stale`);
  }
  exemplar(exemplar: Exemplar): void {
    this.events.push(`exemplar ${exemplar.labels} ${exemplar.value} ${exemplar.timestamp}`);
  }
  histogram(): void {
    this.events.push('histogram');
  }
  metadata(m: MetricMetadata): void {
    this.events.push(`metadata ${m.name} ${m.type} ${m.help} ${m.unit}`);
  }
}

function decodeWriteRequestV1(body: Buffer, sink: RemoteWriteSink): void {
  for (const _ of decodeWriteRequest(1, body, sink)) throw new Error('paused');
}

function decodeWriteRequestV2(body: Buffer, sink: RemoteWriteSink): void {
  for (const _ of decodeWriteRequest(2, body, sink)) throw new Error('paused');
}

const versions = [
  ['1.0', encodeWriteRequestV1, decodeWriteRequestV1],
  ['2.0', encodeWriteRequestV2, decodeWriteRequestV2],
] as const;

const SERIES: SeriesToWrite[] = [
  {
    labels: Labels.fromObject({ __name__: 'a_total', job: 'höst' }),
    timestampsMs: [1_700_000_000_123, -5, 0, 2 ** 53 - 1],
    values: [1.5, Number.NaN, 'stale', -0],
    exemplars: [{ labels: Labels.fromObject({ trace_id: 'x' }), value: 2, timestamp: 7 }],
    metadata: { name: 'a_total', type: 'counter', help: 'Help.', unit: 's' },
  },
  { labels: Labels.fromObject({ __name__: 'b' }), timestampsMs: [1], values: [Number.NEGATIVE_INFINITY] },
];

const EVENTS = [
  'series __name__ a_total job höst',
  '1700000000123 1.5',
  '-5 NaN',
  '0 stale',
  '9007199254740991 -0',
  'exemplar {trace_id="x"} 2 7',
  'metadata a_total counter Help. s',
  'series __name__ b',
  '1 -Infinity',
];

describe.each(versions)('remote write %s', (version, encode, decode) => {
  test('what was encoded is decoded', () => {
    const sink = new Recorder();
    decode(encode(SERIES), sink);
    // Version 1.0 has its metadata behind all series.
    expect([...sink.events].sort()).toEqual([...EVENTS].sort());
    if (version === '2.0') expect(sink.events).toEqual(EVENTS);
  });

  test('pauses change nothing', () => {
    const whole = new Recorder();
    decode(encode(SERIES), whole);
    const stepped = new Recorder();
    expect([...decodeWriteRequest(version === '1.0' ? 1 : 2, encode(SERIES), stepped, 1)].length).toBeGreaterThan(1);
    expect(stepped.events).toEqual(whole.events);
  });

  test('every cut of a request is refused with a typed error or is a shorter request', () => {
    const bytes = encode(SERIES);
    for (let cut = 0; cut < bytes.length; cut++) {
      try {
        decode(bytes.subarray(0, cut), new Recorder());
      } catch (error) {
        expect(error).toBeInstanceOf(ProtobufError);
      }
    }
  });

  test('random bytes and random changes never do anything but decode or a typed error', () => {
    const bytes = encode(SERIES);
    let seed = 99;
    const random = (n: number) => {
      seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0;
      return seed % n;
    };
    for (let round = 0; round < 20_000; round++) {
      const copy = round % 2 === 0 ? Buffer.from(bytes) : Buffer.alloc(random(64), 0);
      for (let k = 0; k < 1 + random(6); k++) if (copy.length > 0) copy[random(copy.length)] = random(256);
      try {
        decode(copy, new Recorder());
      } catch (error) {
        if (!(error instanceof ProtobufError)) throw error;
      }
    }
  });

  test('unknown fields are passed over, groups are refused', () => {
    const extra = new ProtobufWriter();
    extra.varint(90, -1);
    extra.double(91, 1);
    extra.bytes(92, Buffer.from('x'));
    const sink = new Recorder();
    decode(Buffer.concat([extra.finish(), encode(SERIES)]), sink);
    expect(sink.events).toHaveLength(EVENTS.length);
    expect(() => decode(Buffer.from([0x0b]), new Recorder())).toThrow(/wire type 3 at byte 1/);
    expect(() => decode(Buffer.from([0x02, 0x00]), new Recorder())).toThrow(/field number of 0/);
    expect(() => decode(Buffer.alloc(11, 0xff), new Recorder())).toThrow(/varint of more than 10 bytes/);
  });
});

describe('remote write 1.0', () => {
  test('a series whose bytes are known is not decoded again', () => {
    const sink = new Recorder();
    decodeWriteRequestV1(encodeWriteRequestV1(SERIES), sink);
    sink.events.length = 0;
    decodeWriteRequestV1(encodeWriteRequestV1(SERIES), sink);
    expect(sink.events.filter((event) => event === 'known')).toHaveLength(2);
    expect(sink.events.some((event) => event.startsWith('series'))).toBe(false);
  });

  test('fields in an unusual order', () => {
    const label = new ProtobufWriter();
    label.string(2, 'a');
    label.string(1, '__name__');
    const other = new ProtobufWriter();
    other.string(1, 'b');
    other.string(2, 'c');
    const sample = new ProtobufWriter();
    sample.varint(2, 5);
    const series = new ProtobufWriter();
    series.bytes(1, label.finish());
    series.bytes(2, sample.finish());
    series.bytes(1, other.finish());
    series.bytes(4, Buffer.alloc(0));
    const request = new ProtobufWriter();
    request.bytes(1, series.finish());
    const sink = new Recorder();
    decodeWriteRequestV1(request.finish(), sink);
    expect(sink.events).toEqual(['series __name__ a b c', '5 0', 'histogram']);
  });

  test('a label that is not UTF-8 makes its series invalid, not the request', () => {
    const bad = new ProtobufWriter();
    bad.string(1, 'x');
    bad.bytes(2, Buffer.from([0xff]));
    const series = new ProtobufWriter();
    series.bytes(1, bad.finish());
    const request = new ProtobufWriter();
    request.bytes(1, series.finish());
    const sink = new Recorder();
    decodeWriteRequestV1(Buffer.concat([request.finish(), encodeWriteRequestV1(SERIES.slice(1))]), sink);
    expect(sink.events[0]).toMatch(/^invalid the text at byte \d+ is not valid UTF-8/);
    expect(sink.events.slice(1)).toEqual(['series __name__ b', '1 -Infinity']);
  });

  test('a flood of labels makes its series invalid', () => {
    const series = new ProtobufWriter();
    for (let i = 0; i < 20_000; i++) series.bytes(1, Buffer.alloc(0));
    const request = new ProtobufWriter();
    request.bytes(1, series.finish());
    const sink = new Recorder();
    decodeWriteRequestV1(request.finish(), sink);
    expect(sink.events).toEqual(['invalid a label set of more than 10000 labels']);
  });
});

describe('remote write 2.0', () => {
  test('a reference out of the table, or a name without a value, makes its series invalid', () => {
    for (const [refs, reason] of [
      [[1, 9], /symbol 9 is referred to, but the request has 2/],
      [[1], /a label name has no value: 1 references/],
    ] as const) {
      const request = new ProtobufWriter();
      request.string(4, '');
      request.string(4, '__name__');
      const series = new ProtobufWriter();
      series.bytes(1, Buffer.from(refs));
      request.bytes(5, series.finish());
      const sink = new Recorder();
      decodeWriteRequestV2(request.finish(), sink);
      expect(sink.events[0]).toMatch(reason);
    }
  });

  test('the first symbol is the empty string', () => {
    const request = new ProtobufWriter();
    request.string(4, 'x');
    expect(() => decodeWriteRequestV2(request.finish(), new Recorder())).toThrow(/first symbol/);
  });
});

test.each([
  ['application/x-protobuf', 1],
  ['application/x-protobuf;proto=prometheus.WriteRequest', 1],
  ['application/x-protobuf; proto=io.prometheus.write.v2.Request', 2],
  ['application/x-protobuf;proto=other', undefined],
  ['application/json', undefined],
  [undefined, 1],
])('Content-Type %s is version %s', (type, version) => {
  expect(remoteWriteVersion(type)).toBe(version);
});
