/**
 * The staleness marker: one NaN bit pattern that says "this series ended here". An ordinary NaN is a value.
 * Source: Prometheus model/value/value.go (StaleNaN 0x7ff0000000000002, NormalNaN 0x7ff8000000000001).
 */
const STALE_HIGH = 0x7ff00000;
const STALE_LOW = 0x00000002;

const scratch = new DataView(new ArrayBuffer(8));

/**
 * Writes the staleness marker at `index`. The bits are written as integers: an engine is free to change the payload
 * of a NaN that passes through a number variable.
 */
export function writeStaleMarker(values: Float64Array, index: number): void {
  const view = new DataView(values.buffer, values.byteOffset + index * 8, 8);
  view.setUint32(4, STALE_HIGH, true);
  view.setUint32(0, STALE_LOW, true);
}

/** True when `values[index]` is the staleness marker, told from other NaNs by its bits. */
export function isStaleMarker(values: Float64Array, index: number): boolean {
  const value = values[index] as number;
  if (!Number.isNaN(value)) return false;
  const view = new DataView(values.buffer, values.byteOffset + index * 8, 8);
  return view.getUint32(4, true) === STALE_HIGH && view.getUint32(0, true) === STALE_LOW;
}

/** True when the eight little-endian bytes at `offset` are the staleness marker. */
export function isStaleMarkerBytes(bytes: DataView, offset: number): boolean {
  return bytes.getUint32(offset + 4, true) === STALE_HIGH && bytes.getUint32(offset, true) === STALE_LOW;
}

/** Eight little-endian bytes of the staleness marker, for writers of wire formats. */
export function staleMarkerBytes(): Uint8Array {
  scratch.setUint32(4, STALE_HIGH, true);
  scratch.setUint32(0, STALE_LOW, true);
  return new Uint8Array(scratch.buffer.slice(0));
}
