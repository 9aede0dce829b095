/** Which exposition formats are asked for, and how metric names are checked and escaped. */
import type { ObjectReader } from '../../lib/yaml-object.ts';
import { closest } from '../../lib/yaml-suggest.ts';
import type { NameScheme } from './decode-kit.ts';
import type { ScrapeProtocol } from './types.ts';

const PROTOCOLS: readonly ScrapeProtocol[] = [
  'OpenMetricsText1.0.0',
  'OpenMetricsText0.0.1',
  'PrometheusText1.0.0',
  'PrometheusText0.0.4',
  'PrometheusProto',
];

export const DEFAULT_PROTOCOLS: readonly ScrapeProtocol[] = PROTOCOLS.slice(0, 4);
export const PROTO_FIRST: readonly ScrapeProtocol[] = ['PrometheusProto', ...DEFAULT_PROTOCOLS];

const ESCAPING = ['allow-utf-8', 'underscores', 'dots', 'values'] as const;
export type EscapingScheme = (typeof ESCAPING)[number];

/** The list of the section, or undefined when it gives none. */
export function readScrapeProtocols(reader: ObjectReader): ScrapeProtocol[] | undefined {
  const cursor = reader.given('scrape_protocols');
  const items = cursor?.list('a list of scrape protocols');
  if (cursor === undefined || items === undefined) return undefined;
  if (items.length === 0) {
    return cursor.error({
      code: 'config/empty-list',
      message: '`scrape_protocols` is empty',
      hint: 'remove it to use the default',
    });
  }
  const protocols: ScrapeProtocol[] = [];
  for (const item of items) {
    const text = item.string('a scrape protocol') ?? '';
    const protocol = findProtocol(text);
    if (protocol === undefined) reportProtocol(item, text);
    else if (protocols.includes(protocol)) {
      item.error({
        code: 'config/duplicate',
        message: `the scrape protocol \`${text}\` is listed twice`,
        hint: 'remove one',
      });
    } else protocols.push(protocol);
  }
  return protocols;
}

export function readFallbackProtocol(reader: ObjectReader): ScrapeProtocol | undefined {
  const cursor = reader.given('fallback_scrape_protocol');
  const text = cursor?.string('a scrape protocol') ?? '';
  if (cursor === undefined || text === '') return undefined;
  const protocol = findProtocol(text);
  if (protocol === undefined) reportProtocol(cursor, text);
  return protocol;
}

function findProtocol(text: string): ScrapeProtocol | undefined {
  return PROTOCOLS.find((known) => known === text);
}

function reportProtocol(cursor: ReturnType<ObjectReader['list']>[number], text: string): void {
  const near = closest(text, PROTOCOLS);
  cursor.error({
    code: 'config/scrape-protocol',
    message: `there is no scrape protocol \`${text}\``,
    hint: near === undefined ? `known: ${PROTOCOLS.join(', ')}` : `did you mean \`${near}\`? Case matters`,
  });
}

/** `metric_name_validation_scheme`, or undefined when not given. */
export function readNameScheme(reader: ObjectReader): NameScheme | undefined {
  const cursor = reader.given('metric_name_validation_scheme');
  const text = cursor?.string() ?? '';
  if (cursor === undefined || text === '') return undefined;
  if (text === 'utf8' || text === 'legacy') return text;
  return cursor.error({
    code: 'config/choice',
    message: `there is no name validation \`${text}\``,
    hint: 'write `utf8` or `legacy`',
  });
}

export function readEscapingScheme(reader: ObjectReader): EscapingScheme | undefined {
  const cursor = reader.given('metric_name_escaping_scheme');
  const text = cursor?.string() ?? '';
  if (cursor === undefined || text === '') return undefined;
  const scheme = ESCAPING.find((known) => known === text);
  if (scheme !== undefined) return scheme;
  return cursor.error({
    code: 'config/choice',
    message: `there is no name escaping \`${text}\``,
    hint: `use one of: ${ESCAPING.join(', ')}`,
  });
}
