/** TLS settings of a client read from configuration and files, and whether those files have changed since. */
import { readFile, stat } from 'node:fs/promises';
import type { TlsConfig } from '../../../config/prometheus/types.ts';
import { messageOf, ScrapeError } from '../errors.ts';

/** What a TLS connection is opened with. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly servername?: string;
  readonly rejectUnauthorized: boolean;
  readonly minVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  readonly maxVersion?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
}

/** @throws ScrapeError `scrape/tls-config` when a file cannot be read */
export async function loadTls(config: TlsConfig): Promise<TlsOptions> {
  const ca = config.ca ?? (await read(config.caFile, 'ca_file'));
  const cert = config.cert ?? (await read(config.certFile, 'cert_file'));
  const key = config.key === undefined ? await read(config.keyFile, 'key_file') : await config.key.read();
  return {
    ...(ca !== undefined && { ca }),
    ...(cert !== undefined && { cert }),
    ...(key !== undefined && { key }),
    ...(config.serverName !== undefined && config.serverName !== '' && { servername: config.serverName }),
    rejectUnauthorized: !config.insecureSkipVerify,
    ...(config.minVersion !== undefined && { minVersion: config.minVersion }),
    ...(config.maxVersion !== undefined && { maxVersion: config.maxVersion }),
  };
}

/** Changes whenever one of the files does. */
export async function tlsFileVersion(config: TlsConfig): Promise<string> {
  const files = [config.caFile, config.certFile, config.keyFile].filter((file) => file !== undefined);
  const versions = await Promise.all(
    files.map(async (file) => {
      try {
        const { mtimeMs, size, ino } = await stat(file);
        return `${mtimeMs}/${size}/${ino}`;
      } catch (error) {
        return messageOf(error);
      }
    }),
  );
  return versions.join(' ');
}

async function read(file: string | undefined, key: string): Promise<string | undefined> {
  if (file === undefined || file === '') return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ScrapeError('scrape/tls-config', `cannot read ${key} of tls_config: ${messageOf(error)}`, {
      cause: error,
      hint: 'the path is taken relative to the folder of the configuration file',
    });
  }
}
