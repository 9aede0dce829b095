/** Who asks, as the list of queries shows it. */
import type { QueryClient } from '@sightline/api-types';
import type { HttpInput } from '../../lib/http.ts';

const MAX_USER_AGENT = 200;

export function clientOf({ remoteAddress, headers }: Pick<HttpInput, 'remoteAddress' | 'headers'>): QueryClient {
  // Sockets of both families show IPv4 addresses in their IPv6 form.
  return {
    address: remoteAddress.replace(/^::ffff:/, ''),
    userAgent: (headers['user-agent'] ?? '').slice(0, MAX_USER_AGENT),
  };
}
