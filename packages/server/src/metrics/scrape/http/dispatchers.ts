/**
 * Connections of one client: kept alive between scrapes, opened directly or through the proxy, and opened anew with fresh
 * certificates when a certificate file changes.
 */
import { BlockList, isIP } from 'node:net';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import type { HttpClientConfig, TlsConfig } from '../../../config/prometheus/types.ts';
import { loadTls, type TlsOptions, tlsFileVersion } from './tls.ts';

/** Longer than common scrape intervals, so that a target keeps its connection. */
const KEEP_ALIVE_MS = 5 * 60_000;
/** Certificate files are looked at this often at most. */
const FILE_CHECK_MS = 5_000;
const CLOSE_TIMEOUT_MS = 1_000;

export interface Dispatchers {
  /** @throws ScrapeError `scrape/tls-config` when changed certificate files cannot be read */
  for(url: URL): Promise<Dispatcher>;
  close(): Promise<void>;
}

/** @throws ScrapeError `scrape/tls-config` */
export async function createDispatchers(
  config: Pick<HttpClientConfig, 'tls' | 'proxyUrl' | 'noProxy'>,
): Promise<Dispatchers> {
  let version = await tlsFileVersion(config.tls);
  let current = build(await loadTls(config.tls), config);
  let checkedMs = performance.now();

  async function refresh(tls: TlsConfig): Promise<void> {
    if (performance.now() - checkedMs < FILE_CHECK_MS) return;
    checkedMs = performance.now();
    const now = await tlsFileVersion(tls);
    if (now === version) return;
    const next = build(await loadTls(tls), config);
    const old = current;
    version = now;
    current = next;
    await closeAll(old);
  }

  const hasFiles = [config.tls.caFile, config.tls.certFile, config.tls.keyFile].some((file) => file !== undefined);
  return {
    async for(url) {
      if (hasFiles) await refresh(config.tls);
      if (config.proxyUrl === undefined || isExcluded(url, config.noProxy)) return current.direct;
      return url.protocol === 'https:' ? current.tunnel() : current.forward();
    },
    close: () => closeAll(current),
  };
}

interface Connections {
  readonly direct: Dispatcher;
  tunnel(): Dispatcher;
  forward(): Dispatcher;
  readonly opened: Dispatcher[];
}

function build(tls: TlsOptions, { proxyUrl }: Pick<HttpClientConfig, 'proxyUrl'>): Connections {
  const shared = {
    keepAliveTimeout: KEEP_ALIVE_MS,
    keepAliveMaxTimeout: KEEP_ALIVE_MS * 2,
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const direct = new Agent({ ...shared, connect: { ...tls, timeout: 0 } });
  const opened: Dispatcher[] = [direct];
  const proxies = new Map<boolean, Dispatcher>();
  const proxy = (proxyTunnel: boolean): Dispatcher => {
    let agent = proxies.get(proxyTunnel);
    if (agent === undefined) {
      agent = new ProxyAgent({ ...shared, ...proxyOptions(proxyUrl as string), requestTls: tls, proxyTunnel });
      proxies.set(proxyTunnel, agent);
      opened.push(agent);
    }
    return agent;
  };
  return { direct, tunnel: () => proxy(true), forward: () => proxy(false), opened };
}

/** The proxy's address, and its credentials as a header value. */
function proxyOptions(proxyUrl: string): { uri: string; token?: string } {
  const url = new URL(proxyUrl);
  if (url.username === '') return { uri: proxyUrl };
  const pair = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  url.username = '';
  url.password = '';
  return { uri: url.href, token: `Basic ${Buffer.from(pair).toString('base64')}` };
}

async function closeAll({ opened }: Connections): Promise<void> {
  await Promise.all(opened.map(closeSoon));
}

/** A request that never ends, in a tunnel that a dead proxy holds, must not hold the server. */
async function closeSoon(dispatcher: Dispatcher): Promise<void> {
  const timer = setTimeout(() => void dispatcher.destroy(), CLOSE_TIMEOUT_MS);
  await dispatcher.close();
  clearTimeout(timer);
}

/** `no_proxy` entries: a host, a domain (also its subdomains), an address, a network, each with an optional port, or `*`. */
export function isExcluded(url: URL, noProxy: readonly string[]): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
  return noProxy.some((entry) => isEntryFor(entry.trim().toLowerCase(), host, port));
}

function isEntryFor(entry: string, host: string, port: string): boolean {
  if (entry === '*') return true;
  if (entry === '') return false;
  if (entry.includes('/')) return isInNetwork(entry, host);
  const match = /^(?:\[(.+)\]|([^:]+))(?::([0-9]+))?$/.exec(entry);
  const name = match?.[1] ?? match?.[2] ?? entry;
  if (match?.[3] !== undefined && match[3] !== port) return false;
  const domain = name.replace(/^\*?\./, '');
  return (host === domain && !name.startsWith('.')) || (isIP(host) === 0 && host.endsWith(`.${domain}`));
}

function isInNetwork(entry: string, host: string): boolean {
  const [network = '', bits = ''] = entry.split('/');
  const family = isIP(network);
  if (family === 0 || isIP(host) !== family) return false;
  const list = new BlockList();
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const prefix = Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > (family === 4 ? 32 : 128)) return false;
  list.addSubnet(network, prefix, type);
  return list.check(host, type);
}
