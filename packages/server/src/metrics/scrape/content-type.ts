/**
 * Which exposition format a response is in. Prometheus 3 refuses a target without a usable Content-Type unless the job names
 * a fallback; the words of the refusals are the same.
 */
import { quote } from '@sightline/model';
import type { ExpositionFormat } from '@sightline/protocol';
import type { ScrapeProtocol } from '../../config/prometheus/types.ts';
import { ScrapeError } from './errors.ts';

const FORMATS: Readonly<Record<string, ExpositionFormat>> = {
  'text/plain': 'text',
  'application/openmetrics-text': 'openmetrics',
};

const PROTOBUF = 'application/vnd.google.protobuf';
const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const MEDIA_TYPE = new RegExp(
  `^\\s*(${TOKEN}(?:/${TOKEN})?)\\s*(?:;\\s*${TOKEN}\\s*=\\s*(?:${TOKEN}|"(?:[^"\\\\]|\\\\.)*")\\s*)*;?\\s*$`,
);

/** @throws ScrapeError `scrape/content-type` */
export function formatOf(contentType: string, fallback: ScrapeProtocol | undefined): ExpositionFormat {
  const mediaType = MEDIA_TYPE.exec(contentType)?.[1]?.toLowerCase();
  const format = mediaType === undefined ? undefined : FORMATS[mediaType];
  if (format !== undefined) return format;
  if (fallback !== undefined && mediaType !== PROTOBUF && fallback !== 'PrometheusProto') {
    return fallback.startsWith('OpenMetrics') ? 'openmetrics' : 'text';
  }
  throw new ScrapeError('scrape/content-type', refusal(contentType, mediaType), {
    hint: 'set fallback_scrape_protocol: PrometheusText0.0.4 in the scrape config if the target speaks the text format',
  });
}

function refusal(contentType: string, mediaType: string | undefined): string {
  const noFallback = 'and no fallback_scrape_protocol specified for target';
  if (contentType === '') return `non-compliant scrape target sending blank Content-Type ${noFallback}`;
  if (mediaType === undefined) return `cannot parse Content-Type ${quote(contentType)} ${noFallback}`;
  if (mediaType === PROTOBUF) return 'the protobuf exposition format is not supported; the target sent it unasked';
  return `received unsupported Content-Type ${quote(contentType)} ${noFallback}`;
}
