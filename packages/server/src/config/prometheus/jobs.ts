/** What has to hold between the jobs of a file: unique names, and no target that two jobs scrape alike. */
import type { Cursor } from '../../lib/yaml-cursor.ts';
import type { YamlNode, YamlScalar } from '../../lib/yaml-node.ts';
import type { ScrapeConfig } from './types.ts';

export interface Job {
  readonly cursor: Cursor;
  readonly config: ScrapeConfig;
}

export function checkJobs(jobs: readonly Job[]): void {
  checkNames(jobs);
  checkSharedTargets(jobs);
}

function checkNames(jobs: readonly Job[]): void {
  const first = new Map<string, Cursor>();
  for (const { cursor, config } of jobs) {
    if (config.jobName === '') continue;
    const earlier = first.get(config.jobName);
    if (earlier === undefined) {
      first.set(config.jobName, cursor);
      continue;
    }
    const node = childNode(cursor.node, 'job_name');
    cursor.error({
      code: 'config/duplicate-job',
      message: `two jobs have the name \`${config.jobName}\`; the first is ${place(earlier, cursor)}`,
      hint: 'give each job its own name, or put the targets of both under one job',
      ...(node === undefined ? {} : { span: node }),
    });
  }
}

/** The same address, path and parameters under two jobs gives every series twice under two names. */
function checkSharedTargets(jobs: readonly Job[]): void {
  const owners = new Map<string, { readonly job: Job; readonly node: YamlScalar }>();
  for (const job of jobs) {
    if (job.config.relabelConfigs.length > 0) continue;
    const { scheme, metricsPath, params } = job.config;
    for (const node of targetNodes(job.cursor.node)) {
      const key = JSON.stringify([scheme, node.text, metricsPath, params]);
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, { job, node });
      else reportShared(job, node, owner.job);
    }
  }
}

function reportShared(job: Job, node: YamlScalar, owner: Job): void {
  const isSame = owner === job;
  job.cursor.warn({
    code: 'prometheus/shared-target',
    message: isSame
      ? `the target \`${node.text}\` is listed twice in the job \`${job.config.jobName}\``
      : `the target \`${node.text}\` is scraped by two jobs: \`${owner.config.jobName}\` (${place(owner.cursor, job.cursor)}) and \`${job.config.jobName}\``,
    hint: isSame
      ? 'remove one'
      : 'both collect the same metrics; correct the port or the path of one of them, or remove it',
    span: node,
  });
}

function targetNodes(job: YamlNode): YamlScalar[] {
  const groups = childNode(job, 'static_configs');
  if (groups?.kind !== 'list') return [];
  return groups.items.flatMap((group) => {
    const targets = childNode(group, 'targets');
    return targets?.kind === 'list' ? targets.items.filter((item) => item.kind === 'scalar') : [];
  });
}

/** The value of a key of a mapping. */
export function childNode(node: YamlNode, key: string): YamlNode | undefined {
  return node.kind === 'map' ? node.entries.findLast((entry) => entry.key.text === key)?.value : undefined;
}

function place(cursor: Cursor, seenFrom: Cursor): string {
  const { source } = cursor.context;
  const { line } = source.position(cursor.node.start);
  return source === seenFrom.context.source ? `on line ${line}` : `in ${source.file}, line ${line}`;
}
