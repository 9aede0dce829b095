/** Whether two configurations mean the same, told from a text of everything in them. */
import type { ScrapeConfig } from '../../config/prometheus/types.ts';

const secretIds = new WeakMap<object, number>();
let nextSecretId = 1;

/** Equal for equal configurations. Secrets differ whenever they are different objects: their values are not looked at. */
export function fingerprint(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, after: unknown) {
    // A secret's toJSON hides what tells it from another one, so the original is looked at.
    const original = this[key];
    if (
      typeof original === 'object' &&
      original !== null &&
      typeof (original as { read?: unknown }).read === 'function'
    ) {
      return `secret ${secretId(original)}`;
    }
    return typeof after === 'bigint' ? `${after}n` : after;
  });
}

/** Of what decides the labels and times of samples; while it stays the same, what is known about series stays valid. */
export function sampleFingerprint(config: ScrapeConfig): string {
  const { honorLabels, honorTimestamps, trackTimestampsStaleness, metricNameValidationScheme } = config;
  const { labels, labelNameLength, labelValueLength } = config.limits;
  return fingerprint({
    honorLabels,
    honorTimestamps,
    trackTimestampsStaleness,
    metricNameValidationScheme,
    limits: [labels, labelNameLength, labelValueLength],
    relabel: config.metricRelabelConfigs,
  });
}

function secretId(secret: object): number {
  let id = secretIds.get(secret);
  if (id === undefined) {
    id = nextSecretId++;
    secretIds.set(secret, id);
  }
  return id;
}
