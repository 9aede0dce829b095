/**
 * Lists of target groups as files and http_sd endpoints hold them: `[{"targets": ["host:port"], "labels": {"a": "b"}}]`.
 * As strict as Prometheus: an unknown key or a wrong type refuses the whole list.
 */
import { isLegacyLabelName, Labels } from '@sightline/model';
import { parseDocument } from 'yaml';
import type { DiscoveredGroup } from './discoverer.ts';
import { DiscoveryError } from './errors.ts';

export interface GroupListOptions {
  /** Names the list in messages and in the groups' sources: a path or URL. */
  readonly origin: string;
  /** Added to the labels of each group. */
  readonly meta: Readonly<Record<string, string>>;
}

/** @throws DiscoveryError `discovery/target-groups` */
export function parseJsonGroups(text: string, options: GroupListOptions): DiscoveredGroup[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw invalid(options.origin, error instanceof Error ? error.message : String(error));
  }
  return readGroups(list, options);
}

/** Every scalar is text, so that a label value of `1.10` stays what it is. @throws DiscoveryError */
export function parseYamlGroups(text: string, options: GroupListOptions): DiscoveredGroup[] {
  const document = parseDocument(text, { schema: 'failsafe', uniqueKeys: true });
  const [error] = document.errors;
  if (error !== undefined) throw invalid(options.origin, error.message);
  return readGroups(document.toJS({ maxAliasCount: 100 }), options);
}

function readGroups(list: unknown, options: GroupListOptions): DiscoveredGroup[] {
  if (list === null || list === '') return [];
  if (!Array.isArray(list)) throw invalid(options.origin, 'expected a list of target groups');
  return list.map((group: unknown, index) => readGroup(group, index, options));
}

function readGroup(group: unknown, index: number, { origin, meta }: GroupListOptions): DiscoveredGroup {
  const where = `group ${index}`;
  if (!isObject(group)) throw invalid(origin, `${where}: expected an object with "targets" and "labels"`);
  const unknown = Object.keys(group).find((key) => key !== 'targets' && key !== 'labels');
  if (unknown !== undefined) throw invalid(origin, `${where}: unknown key ${JSON.stringify(unknown)}`);
  const labels = readLabels(group['labels'], `${where}: labels`, origin);
  return {
    source: `${origin}:${index}`,
    targets: readTargets(group['targets'], where, origin),
    labels: Labels.fromObject({ ...labels, ...meta }),
  };
}

function readTargets(value: unknown, where: string, origin: string): Labels[] {
  if (value === undefined || value === null || value === '') return [];
  if (!Array.isArray(value)) throw invalid(origin, `${where}: "targets" must be a list of host:port texts`);
  return value.map((address: unknown, index) => {
    if (typeof address === 'string') return Labels.fromObject({ __address__: address });
    throw invalid(origin, `${where}: targets[${index}] must be a host:port text`);
  });
}

function readLabels(value: unknown, where: string, origin: string): Record<string, string> {
  if (value === undefined || value === null || value === '') return {};
  if (!isObject(value)) throw invalid(origin, `${where} must be an object`);
  for (const [name, text] of Object.entries(value)) {
    if (!isLegacyLabelName(name)) throw invalid(origin, `${where}: ${JSON.stringify(name)} is not a valid label name`);
    if (typeof text !== 'string') throw invalid(origin, `${where}: the value of ${JSON.stringify(name)} must be text`);
  }
  return value as Record<string, string>;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function invalid(origin: string, reason: string): DiscoveryError {
  return new DiscoveryError('discovery/target-groups', `${origin}: ${reason}`, {
    hint: 'expected [{"targets": ["host:port"], "labels": {"name": "value"}}]',
  });
}
