/**
 * dns_sd: targets from A, AAAA, SRV, MX and NS records. Names that are not fully qualified go through the search list of
 * resolv.conf. A name that the servers cannot answer keeps its targets; one that does not exist has none.
 */
import { Resolver } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { Labels } from '@sightline/model';
import type { DnsSdConfig } from '../../config/prometheus/types.ts';
import type { Logger } from '../../telemetry/logger.ts';
import type { Counter } from '../../telemetry/registry.ts';
import type { DiscoveredGroup, Discoverer } from './discoverer.ts';
import { DiscoveryError } from './errors.ts';
import { createRefreshDiscoverer } from './refresh.ts';

const QUERY = { timeout: 3000, tries: 2 };
const RESOLV_CONF = '/etc/resolv.conf';

export interface DnsDiscovererOptions {
  readonly failures: Counter;
  readonly logger: Logger;
  /** Name servers (`127.0.0.1:53`); default those of the system. */
  readonly servers?: readonly string[];
  /** Default: that of resolv.conf. */
  readonly search?: SearchList;
}

export interface SearchList {
  readonly domains: readonly string[];
  /** Names with at least this many dots are tried as they are first. */
  readonly ndots: number;
}

export function createDnsDiscoverer(config: DnsSdConfig, options: DnsDiscovererOptions): Discoverer {
  const resolver = new Resolver(QUERY);
  if (options.servers !== undefined) resolver.setServers([...options.servers]);
  const logger = options.logger.child({ mechanism: 'dns' });
  const known = new Map<string, DiscoveredGroup>();
  return createRefreshDiscoverer({
    intervalMs: config.refreshIntervalMs,
    failures: options.failures,
    logger,
    close: () => resolver.cancel(),
    async refresh(signal) {
      const search = options.search ?? (await readSearchList());
      await Promise.all(
        config.names.map(async (name) => {
          try {
            const targets = await lookUp(resolver, config, name, search);
            known.set(name, { source: name, targets, labels: Labels.EMPTY });
          } catch (error) {
            if (signal.aborted) return;
            options.failures.inc();
            logger.error('a name cannot be resolved; the targets found before are kept', {
              name,
              error: error instanceof Error ? error.message : String(error),
            });
          }
        }),
      );
      return config.names.flatMap((name) => known.get(name) ?? []);
    },
  });
}

/** The first candidate that exists decides, even when it has no records of the type. */
async function lookUp(resolver: Resolver, config: DnsSdConfig, name: string, search: SearchList): Promise<Labels[]> {
  let failure: unknown;
  for (const candidate of candidates(name, search)) {
    try {
      return await query(resolver, config, name, candidate);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === 'ENODATA') return [];
      if (code !== 'ENOTFOUND') failure = error;
    }
  }
  if (failure === undefined) return [];
  const reason = failure instanceof Error ? failure.message : String(failure);
  throw new DiscoveryError('discovery/dns', `could not resolve "${name}": ${reason}`, { cause: failure });
}

async function query(resolver: Resolver, config: DnsSdConfig, name: string, candidate: string): Promise<Labels[]> {
  const { port } = config;
  switch (config.type) {
    case 'A':
      return (await resolver.resolve4(candidate)).map((address) => target(name, address, port));
    case 'AAAA':
      return (await resolver.resolve6(candidate)).map((address) => target(name, address, port));
    case 'SRV':
      return (await resolver.resolveSrv(candidate)).map((record) =>
        target(name, record.name, record.port, {
          __meta_dns_srv_record_target: rooted(record.name),
          __meta_dns_srv_record_port: String(record.port),
        }),
      );
    case 'MX':
      return (await resolver.resolveMx(candidate)).map(({ exchange }) =>
        target(name, exchange, port, { __meta_dns_mx_record_target: rooted(exchange) }),
      );
    case 'NS':
      return (await resolver.resolveNs(candidate)).map((host) =>
        target(name, host, port, { __meta_dns_ns_record_target: rooted(host) }),
      );
  }
}

function target(name: string, host: string, port: number, meta: Record<string, string> = {}): Labels {
  const plain = host.replace(/\.+$/, '');
  const address = plain.includes(':') ? `[${plain}]:${port}` : `${plain}:${port}`;
  return Labels.fromObject({ __address__: address, __meta_dns_name: name, ...meta });
}

function rooted(host: string): string {
  return host.endsWith('.') ? host : `${host}.`;
}

/** The names to ask for, in order, all fully qualified. Source: resolv.conf(5). */
export function candidates(name: string, { domains, ndots }: SearchList): string[] {
  if (name.endsWith('.')) return [name.slice(0, -1)];
  const searched = domains.map((domain) => `${name}.${domain}`);
  const dots = name.split('.').length - 1;
  return dots >= ndots ? [name, ...searched] : [...searched, name];
}

async function readSearchList(): Promise<SearchList> {
  const text = await readFile(RESOLV_CONF, 'utf8').catch(() => '');
  return parseSearchList(text);
}

/** The last `search` or `domain` line counts. */
export function parseSearchList(text: string): SearchList {
  let domains: string[] = [];
  let ndots = 1;
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/);
    if (word === 'search' || word === 'domain')
      domains = rest.map((domain) => domain.replace(/\.+$/, '')).filter(Boolean);
    if (word !== 'options') continue;
    for (const option of rest) {
      const value = /^ndots:([0-9]+)$/.exec(option)?.[1];
      if (value !== undefined) ndots = Math.min(15, Number(value));
    }
  }
  return { domains, ndots };
}
