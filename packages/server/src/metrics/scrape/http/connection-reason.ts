/** Why a connection could not be made or broke, in words that do not name the URL: it may hold secrets. */
import { messageOf } from '../errors.ts';

const REASONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by the other side',
  EHOSTUNREACH: 'no route to host',
  ENETUNREACH: 'network is unreachable',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name server did not answer',
  ETIMEDOUT: 'connection timed out',
  UND_ERR_SOCKET: 'the other side closed the connection',
  ERR_SSL_WRONG_VERSION_NUMBER: 'the answer is not TLS; the other side may speak plain http',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'the answer is not TLS; the other side may speak plain http',
};

/** The reason, and the address where it is known. */
export function connectionReason(error: unknown): string {
  const first = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  const { code, address, port } = (first ?? {}) as { code?: string; address?: string; port?: number };
  const reason = (code === undefined ? undefined : REASONS[code]) ?? messageOf(first);
  const where = address === undefined ? '' : ` (${address}${port === undefined ? '' : ` port ${port}`})`;
  return `${reason}${where}`;
}
