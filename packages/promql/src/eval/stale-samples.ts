/** Takes staleness markers out of a block: range selectors do not see them. */
import { isStaleMarker, type SampleBlock } from '@sightline/model';
import type { Pacer } from './pacer.ts';

/** Samples looked at between two looks at the clock. */
const CHUNK = 262_144;

/** The same object when the block holds no marker. */
export async function withoutStaleMarkers(block: SampleBlock, pacer: Pacer): Promise<SampleBlock> {
  const { values } = block;
  let stale = 0;
  for (let from = 0; from < values.length; from += CHUNK) {
    const to = Math.min(from + CHUNK, values.length);
    for (let i = from; i < to; i++) {
      // Only a NaN can be a marker; asked first because this runs over every sample.
      if (Number.isNaN(values[i] as number) && isStaleMarker(values, i)) stale++;
    }
    if (pacer.isDue()) await pacer.pause();
  }
  return stale === 0 ? block : compact(block, values.length - stale, pacer);
}

async function compact(
  { series, offsets, timestamps, values }: SampleBlock,
  kept: number,
  pacer: Pacer,
): Promise<SampleBlock> {
  const outValues = new Float64Array(kept);
  const outTimestamps = new Float64Array(kept);
  const outOffsets = new Uint32Array(offsets.length);
  let at = 0;
  for (let s = 0; s < series.length; s++) {
    for (let i = offsets[s] as number; i < (offsets[s + 1] as number); i++) {
      if (isStaleMarker(values, i)) continue;
      outValues[at] = values[i] as number;
      outTimestamps[at++] = timestamps[i] as number;
    }
    outOffsets[s + 1] = at;
    if (pacer.isDue()) await pacer.pause();
  }
  return { series, offsets: outOffsets, timestamps: outTimestamps, values: outValues };
}
