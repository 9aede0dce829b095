/**
 * The address of the client. `X-Forwarded-For` is whatever a client writes unless the proxies in front are known, so it is read
 * only as far as `trustProxy` says.
 */
import type { BlockList } from 'node:net';
import { builtin } from '../lib/builtin.ts';
import type { Problems } from '../lib/problems.ts';

/**
 * Which proxies to believe: `false` none (the address of the connection), `true` all of them (the first address of the
 * header), a number of hops in front of the service, or the addresses and networks of the proxies (`10.0.0.0/8`).
 */
export type TrustProxy = boolean | number | readonly string[];

const MAX_HOPS = 20;

/** `isIP` of node:net: 4, 6, or 0 for what is no address. */
type IpVersion = (text: string) => number;

/**
 * Address of the client of a request; empty when the connection is gone or is a Unix socket.
 *
 * @param peer Address of the connection.
 */
export type ReadClientIp = (forwardedFor: string | undefined, peer: string) => string;

/** @param problems Where a wrong `trustProxy` is reported. */
export function createClientIp(trust: TrustProxy, problems: Problems): ReadClientIp {
  const isTrusted = trustOf(trust, problems);
  if (isTrusted === undefined) return (_forwardedFor, peer) => peer;
  const { isIP } = builtin('node:net');
  return (forwardedFor, peer) => {
    let address = peer;
    if (forwardedFor === undefined) return address;
    const hops = forwardedFor.split(',').slice(-MAX_HOPS);
    for (let hop = 0; hops.length > 0 && isTrusted(address, hop); hop++) {
      const next = addressOf(hops.pop() ?? '', isIP);
      if (next === undefined) break;
      address = next;
    }
    return address;
  };
}

function trustOf(trust: TrustProxy, problems: Problems): ((address: string, hop: number) => boolean) | undefined {
  if (trust === false || trust === 0) return undefined;
  if (trust === true) return () => true;
  if (typeof trust === 'number') {
    if (!Number.isInteger(trust) || trust < 0)
      problems.add('http.trustProxy', `${trust} is not a number of proxies; give a whole number of 0 or more`);
    return (_address, hop) => hop < trust;
  }
  const { BlockList, isIP } = builtin('node:net');
  const list = new BlockList();
  for (const network of trust) addNetwork(list, network, isIP, problems);
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

function addNetwork(list: BlockList, network: string, isIP: IpVersion, problems: Problems): void {
  const slash = network.indexOf('/');
  const address = slash < 0 ? network : network.slice(0, slash);
  const family = isIP(address);
  const bits = family === 6 ? 128 : 32;
  const prefix = slash < 0 ? bits : Number(network.slice(slash + 1));
  if (family === 0 || !Number.isInteger(prefix) || prefix < 0 || prefix > bits)
    problems.add('http.trustProxy', `"${network}" is not an address or network; write it as 10.0.0.1 or 10.0.0.0/8`);
  else list.addSubnet(address, prefix, family === 6 ? 'ipv6' : 'ipv4');
}

/** One entry of the header: an address, with a port or in brackets where a proxy writes it so. */
function addressOf(entry: string, isIP: IpVersion): string | undefined {
  const text = entry.trim();
  if (isIP(text) !== 0) return text;
  const bracketed = /^\[([^\]]{1,45})\](?::\d{1,5})?$/.exec(text)?.[1];
  const plain = bracketed ?? /^([\d.]{7,15}):\d{1,5}$/.exec(text)?.[1];
  return plain !== undefined && isIP(plain) !== 0 ? plain : undefined;
}
