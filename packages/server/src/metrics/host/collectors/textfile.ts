/**
 * Metrics that other programs leave as `*.prom` files in a directory. A file that does not parse, or that carries
 * timestamps, is left out as a whole and raises `node_textfile_scrape_error`.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import type { MetricType } from '@sightline/model';
import type { ExpositionSink } from '@sightline/protocol';
import { parseExposition } from '@sightline/protocol';
import { HostError } from '../errors.ts';
import type { FamilyType, MetricText } from '../metric-text.ts';
import { labelText } from '../metric-text.ts';
import type { Host, HostModule } from '../module.ts';

const MAX_FILE_BYTES = 16 * 1024 * 1024;
const FAMILY_SUFFIX = /_(bucket|sum|count)$/;

export const textfileModule: HostModule = {
  name: 'textfile',
  mayWait: true,
  create({ textfileDirectory, logger }: Host) {
    // A bad file is bad at every scrape; what is wrong with it is logged when it changes.
    let lastErrors = '';
    return async (out) => {
      const errors: string[] = [];
      const mtime = out.gauge('node_textfile_mtime_seconds', 'When a text file was changed, in seconds since 1970.');
      for (const path of await listFiles(textfileDirectory, errors)) {
        try {
          const modified = await passOn(path, out);
          mtime.add(modified, labelText({ file: path }));
        } catch (error) {
          if (!(error instanceof Error)) throw error;
          errors.push(`${path}: ${error.message}`);
        }
      }
      const failed = out.gauge('node_textfile_scrape_error', 'Whether a text file could not be taken.');
      failed.add(errors.length > 0 ? 1 : 0);
      const message = errors.join('; ');
      if (message !== lastErrors && message !== '') logger.warn('text files were left out', { errors });
      lastErrors = message;
    };
  },
};

async function listFiles(directory: string | undefined, errors: string[]): Promise<string[]> {
  if (directory === undefined) return [];
  try {
    const names = await readdir(directory);
    return names
      .filter((name) => name.endsWith('.prom'))
      .sort()
      .map((name) => `${directory}/${name}`);
  } catch (error) {
    errors.push(`${directory}: ${error instanceof Error ? error.message : String(error)}`);
    return [];
  }
}

/** @returns the time the file was changed. Nothing of it is written unless all of it is good. */
async function passOn(path: string, out: MetricText): Promise<number> {
  const { mtimeMs, size } = await stat(path);
  if (size > MAX_FILE_BYTES) throw new HostError('host_malformed', `larger than ${MAX_FILE_BYTES} bytes`);
  const body = await readFile(path);
  const types = new Map<string, MetricType>();
  const helps = new Map<string, string>();
  const samples: { series: string; value: number }[] = [];
  const sink: ExpositionSink = {
    type: (metric, type) => void types.set(metric, type),
    help: (metric, help) => void helps.set(metric, help),
    sample: (start, end, value, timestampMs) => {
      if (!Number.isNaN(timestampMs)) throw new HostError('host_malformed', 'a sample has a timestamp');
      samples.push({ series: body.toString('utf8', start, end), value });
    },
  };
  parseExposition(body, 'text', sink);
  for (const { series, value } of samples) {
    const name = /^[^{\s]*/.exec(series)?.[0] ?? series;
    const base = name.replace(FAMILY_SUFFIX, '');
    const familyName = types.has(name) || !types.has(base) ? name : base;
    const help = helps.get(familyName) ?? `From ${path}.`;
    out.family(familyName, familyType(types.get(familyName)), help).addSeries(series.trim(), value);
  }
  return mtimeMs / 1000;
}

function familyType(type: MetricType | undefined): FamilyType {
  return type === 'counter' || type === 'gauge' || type === 'histogram' || type === 'summary' ? type : 'untyped';
}
