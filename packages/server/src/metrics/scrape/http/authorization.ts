/** The Authorization header of a client: basic, any scheme with credentials, or an OAuth 2 token. Secrets are read at use. */
import { readFile } from 'node:fs/promises';
import type { HttpClientConfig } from '../../../config/prometheus/types.ts';
import { messageOf, ScrapeError } from '../errors.ts';

/** Gives the header's value, or undefined for none. */
export type Authorizer = () => Promise<string | undefined>;

/** `oauth2Token` gets a valid access token when the configuration asks for OAuth 2. */
export function createAuthorizer(config: HttpClientConfig, oauth2Token: () => Promise<string>): Authorizer {
  const { basicAuth, authorization, oauth2 } = config;
  if (basicAuth !== undefined) {
    return async () => {
      const { username, usernameFile } = basicAuth;
      const name = usernameFile === undefined ? username : await readName(usernameFile);
      const password = (await basicAuth.password?.read()) ?? '';
      return `Basic ${Buffer.from(`${name}:${password}`).toString('base64')}`;
    };
  }
  if (authorization !== undefined) {
    return async () => `${authorization.type} ${(await authorization.credentials.read()).trim()}`;
  }
  if (oauth2 !== undefined) return async () => `Bearer ${await oauth2Token()}`;
  return async () => undefined;
}

/** @throws ScrapeError */
async function readName(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new ScrapeError('scrape/authorization', `cannot read username_file of basic_auth: ${messageOf(error)}`, {
      cause: error,
      hint: 'the path is taken relative to the folder of the configuration file',
    });
  }
}
