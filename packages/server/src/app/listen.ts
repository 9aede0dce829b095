/** Errors of listening, told so that the person at the terminal knows what to do. */
import { SightlineError } from '@sightline/model';

export class StartError extends SightlineError<'listen' | 'config'> {}

export function listenError(error: unknown, host: string, port: number): Error {
  const { code, message } = error as NodeJS.ErrnoException;
  const address = `${host}:${port}`;
  switch (code) {
    case 'EADDRINUSE':
      return new StartError('listen', `cannot listen on ${address}: the port is in use`, {
        hint: `stop the program that uses port ${port}, or choose another address with --listen`,
        cause: error,
      });
    case 'EACCES':
      return new StartError('listen', `cannot listen on ${address}: not permitted`, {
        hint: 'ports below 1024 need privileges; choose another address with --listen',
        cause: error,
      });
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new StartError('listen', `cannot listen on ${address}: this host does not have that address`, {
        hint: 'use 127.0.0.1 for this host only, or 0.0.0.0 for every address of it',
        cause: error,
      });
    default:
      return error instanceof Error ? error : new StartError('listen', message);
  }
}

/** `http://127.0.0.1:7070`; the wildcard address is shown as one that a browser can open. */
export function serverUrl(host: string, port: number): string {
  const shown = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `http://${shown.includes(':') ? `[${shown}]` : shown}:${port}`;
}
