/** Bytes on the wire, by the examples of the encoding guide and at the edges of lengths and numbers. */
import { expect, test } from 'vitest';
import { ProtoWriter } from './proto-writer.ts';

function bytes(write: (writer: ProtoWriter) => void, capacity = 8): number[] {
  const writer = new ProtoWriter(capacity);
  write(writer);
  return [...writer.finish()];
}

test('numbers', () => {
  expect(bytes((writer) => writer.uint(1, 150))).toEqual([0x08, 0x96, 0x01]);
  expect(bytes((writer) => writer.uint(16, 0))).toEqual([0x80, 0x01, 0x00]);
  expect(bytes((writer) => writer.int64(1, -2))).toEqual([8, 0xfe, 255, 255, 255, 255, 255, 255, 255, 255, 1]);
  expect(bytes((writer) => writer.uint(1, Number.MAX_SAFE_INTEGER))).toEqual([
    8, 255, 255, 255, 255, 255, 255, 255, 15,
  ]);
  expect(bytes((writer) => writer.fixed32(2, 0x1ff))).toEqual([0x15, 0xff, 1, 0, 0]);
  expect(bytes((writer) => writer.double(3, 1))).toEqual([0x19, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
  expect(bytes((writer) => writer.bool(1, true))).toEqual([8, 1]);
});

test.each([0, 1, 999.999999, 1_700_000_000_000, 1_700_000_000_123.25, 4_102_444_800_000.5])(
  '%d ms as nanoseconds',
  (ms) => {
    const [, ...rest] = bytes((writer) => writer.fixed64Nanos(1, ms));
    const seconds = Math.floor(ms / 1000);
    const expected = BigInt(seconds) * 1_000_000_000n + BigInt(Math.round((ms - seconds * 1000) * 1e6));
    expect(Buffer.from(rest).readBigUInt64LE()).toBe(expected);
  },
);

test('ids are bytes of their hex digits', () => {
  expect(bytes((writer) => writer.hex(1, '00ff1aB2'))).toEqual([10, 4, 0, 255, 0x1a, 0xb2]);
});

test('an id that is not hex is the same length', () => {
  const [tag, length, ...rest] = bytes((writer) => writer.hex(1, '00zz1aB2'));
  expect([tag, length, rest.length]).toEqual([10, 4, 4]);
  expect([rest[0], rest[2], rest[3]]).toEqual([0, 0x1a, 0xb2]);
});

test.each([0, 1, 63, 125, 126, 127, 128, 16_381, 16_384, 2_097_152])(
  'a message of about %d bytes, whatever is left for its length',
  (length) => {
    const nested = (left: number) =>
      bytes((writer) => {
        writer.uint(1, 1);
        const begin = writer.open(2, left);
        writer.bytes(1, Buffer.alloc(length, 7));
        writer.close(begin, left);
        writer.uint(3, 3);
      });
    expect(Buffer.from(nested(2)).equals(Buffer.from(nested(1)))).toBe(true);
  },
);

test('what was written can be written again', () => {
  const writer = new ProtoWriter(4);
  writer.uint(1, 300);
  const from = writer.length;
  writer.string(2, 'text');
  const fields = writer.written(from);
  writer.uint(3, 1);
  for (let index = 0; index < 3; index++) writer.again(fields);
  const text = [0x12, 4, 0x74, 0x65, 0x78, 0x74];
  expect([...writer.finish()]).toEqual([8, 0xac, 2, ...text, 0x18, 1, ...text, ...text, ...text]);
});

test.each([0, 1, 63, 64, 127, 128, 5000, 16_383, 16_384, 70_000])('text of %d characters, also nested', (length) => {
  for (const text of ['x'.repeat(length), `${'x'.repeat(Math.max(0, length - 1))}é`, '\ud800'.repeat(length)]) {
    const writer = new ProtoWriter(8);
    const begin = writer.open(2);
    writer.string(1, text);
    writer.close(begin);
    const inner = Buffer.from(text.toWellFormed());
    const varint = (value: number): number[] =>
      value < 128
        ? [value]
        : value < 16_384
          ? [(value & 127) | 128, value >> 7]
          : [(value & 127) | 128, ((value >> 7) & 127) | 128, value >> 14];
    const message = Buffer.concat([Buffer.from([10, ...varint(inner.length)]), inner]);
    const expected = Buffer.concat([Buffer.from([18, ...varint(message.length)]), message]);
    expect(writer.finish().equals(expected)).toBe(true);
    expect(writer.length).toBe(0);
  }
});
