/**
 * The samples that queries are asked of: counters of a day, buckets of histograms, and one wide metric. The same for every peer.
 * Values come from a small generator with a fixed seed, so two runs ask the same questions of the same data.
 */
export const QUARTER_MS = 900_000;

/** @param size series, hours, buckets (series), bucketHours, wide (series); endMs is the end of everything */
export function datasets(size, endMs) {
  const { series, hours, buckets, bucketHours, wide } = size;
  return [...metrics('bench', series, hours, buckets, bucketHours, wide, endMs), ...warmUp(hours, bucketHours, endMs)];
}

/** Small metrics of the same kinds: what a program that has been up for a while has answered before. */
function warmUp(hours, bucketHours, endMs) {
  return metrics('other', 50, hours, 200, bucketHours, 500, endMs);
}

function metrics(prefix, series, hours, buckets, bucketHours, wide, endMs) {
  return [
    {
      name: `${prefix}_total`,
      stepMs: 15_000,
      startMs: endMs - hours * 3_600_000,
      endMs,
      heads: list(series, (i) => `${prefix}_total{a="${i % 10}",b="${i % 7}",instance="host-${i}",job="bench"}`),
      grow: 100,
    },
    {
      name: `${prefix}_seconds_bucket`,
      stepMs: 60_000,
      startMs: endMs - bucketHours * 3_600_000,
      endMs,
      heads: list(
        buckets,
        (i) =>
          `${prefix}_seconds_bucket{instance="host-${Math.floor(i / BOUNDS.length)}",le="${BOUNDS[i % BOUNDS.length]}"}`,
      ),
      grow: 10,
      cumulateEvery: BOUNDS.length,
    },
    {
      name: `${prefix}_wide`,
      stepMs: 60_000,
      startMs: endMs - 600_000,
      endMs,
      heads: list(
        wide,
        (i) => `${prefix}_wide{instance="host-${i % 500}",route="/api/v1/item/${i}",shard="${i % 10}"}`,
      ),
      grow: 5,
    },
  ];
}

const BOUNDS = ['0.005', '0.01', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '+Inf'];

/** Lines of text, all series of a quarter of an hour after each other, so that memory stays flat whatever the size. */
export function* lines(dataset) {
  const { heads, startMs, endMs, stepMs, grow, cumulateEvery } = dataset;
  const values = new Float64Array(heads.length);
  let seed = 42;
  const random = () => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed / 2_147_483_648;
  };
  for (let from = startMs; from < endMs; from += QUARTER_MS) {
    const to = Math.min(from + QUARTER_MS, endMs);
    const texts = heads.map(() => '');
    for (let t = from; t < to; t += stepMs) {
      let added = 0;
      for (let i = 0; i < heads.length; i++) {
        if (cumulateEvery === undefined || i % cumulateEvery === 0) added = 0;
        added += Math.floor(random() * grow);
        values[i] += added;
        texts[i] += `${heads[i]} ${values[i]} ${t}\n`;
      }
    }
    for (const text of texts) yield text;
  }
}

function list(length, make) {
  return Array.from({ length }, (_, i) => make(i));
}
