/**
 * Who may see the monitoring pages: a bearer token, a name with password, or a function of the service. Secrets are compared
 * by digest in constant time, so that neither length nor content shows in the time an answer takes.
 */
import { builtin } from '../lib/builtin.ts';
import type { Problems } from '../lib/problems.ts';

/** What is known of a request for a monitoring page. */
export interface Visitor {
  /** Lower-case name; undefined when not sent. */
  readonly header: (name: string) => string | undefined;
  /** Address of the connection, empty when unknown. */
  readonly address: string;
  readonly path: string;
}

/** Any one that is given lets a request in. */
export interface AccessOptions {
  /** Tokens of `Authorization: Bearer`. */
  bearer?: string | readonly string[] | undefined;
  basic?: { readonly username: string; readonly password: string } | undefined;
  allow?: ((visitor: Visitor) => boolean | Promise<boolean>) | undefined;
}

type Verdict = 'allowed' | 'unauthenticated' | 'forbidden';

/** Decides about a request. Without options only `isLocal` visitors count as allowed by the caller's own rules. */
export interface Access {
  readonly isRestricted: boolean;
  /** What a client is asked for, the value of WWW-Authenticate. */
  readonly challenge: string;
  check(visitor: Visitor): Promise<Verdict>;
}

const LONGEST = 4096;

/** @param path Key path of the options for messages, e.g. `monitoring.auth`. */
export function createAccess(options: AccessOptions | undefined, path: string, problems: Problems): Access {
  const accepted = credentials(options ?? {}, path, problems);
  const allow = options?.allow;
  const isRestricted = accepted.length > 0 || allow !== undefined;
  return {
    isRestricted,
    challenge: options?.basic === undefined ? 'Bearer realm="monitoring"' : 'Basic realm="monitoring", charset="UTF-8"',
    async check(visitor) {
      if (!isRestricted) return 'allowed';
      const given = visitor.header('authorization');
      if (given !== undefined && given.length <= LONGEST && matches(digest(canonical(given)), accepted))
        return 'allowed';
      if (allow !== undefined && (await allow(visitor))) return 'allowed';
      return accepted.length > 0 && given === undefined ? 'unauthenticated' : 'forbidden';
    },
  };
}

/** Digests of the Authorization values that are let in. */
function credentials(options: AccessOptions, path: string, problems: Problems): Buffer[] {
  const { bearer = [], basic } = options;
  const tokens = typeof bearer === 'string' ? [bearer] : bearer;
  if (tokens.includes(''))
    problems.add(`${path}.bearer`, 'an empty token lets everybody in; leave the option out instead');
  const values = tokens.map((token) => `bearer ${token}`);
  if (basic !== undefined) {
    if (basic.password === '') problems.add(`${path}.basic.password`, 'an empty password lets everybody in');
    if (basic.username.includes(':'))
      problems.add(`${path}.basic.username`, 'a name with ":" cannot be sent (RFC 7617)');
    values.push(`basic ${Buffer.from(`${basic.username}:${basic.password}`).toString('base64')}`);
  }
  return values.map(digest);
}

/** The scheme has no case (RFC 9110, 11.1), the rest has. */
function canonical(authorization: string): string {
  const space = authorization.indexOf(' ');
  return space < 0 ? authorization : authorization.slice(0, space).toLowerCase() + authorization.slice(space);
}

function digest(text: string): Buffer {
  return builtin('node:crypto').createHash('sha256').update(text).digest();
}

/** Looks at all, so that the place of the right one does not show. */
function matches(given: Buffer, accepted: readonly Buffer[]): boolean {
  const { timingSafeEqual } = builtin('node:crypto');
  let isEqual = false;
  for (const one of accepted) isEqual = timingSafeEqual(given, one) || isEqual;
  return isEqual;
}

/** Whether an address is of this machine. */
export function isLocal(address: string): boolean {
  return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}
