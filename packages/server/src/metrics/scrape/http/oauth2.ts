/** OAuth 2 client credentials grant (RFC 6749 section 4.4): one token, asked for again shortly before it expires. */
import type { Dispatcher } from 'undici';
import type { HttpClientConfig } from '../../../config/prometheus/types.ts';
import { ScrapeError } from '../errors.ts';
import { exchange } from './exchange.ts';

type OAuth2Config = NonNullable<HttpClientConfig['oauth2']>;

const TOKEN_TIMEOUT_MS = 10_000;
const MAX_TOKEN_BYTES = 1024 * 1024;
/** A token is renewed this long before its end. */
const EXPIRY_MARGIN_MS = 10_000;

export interface TokenSource {
  /** @throws ScrapeError `scrape/authorization` */
  token(): Promise<string>;
}

export function createTokenSource(config: OAuth2Config, dispatcher: () => Promise<Dispatcher>): TokenSource {
  let current: { readonly token: string; readonly untilMs: number } | undefined;
  let pending: Promise<string> | undefined;

  async function renew(): Promise<string> {
    const secret = (await config.clientSecret.read()).trim();
    const via = await dispatcher();
    // Servers differ in where they look for the client's credentials; the header is what RFC 6749 recommends.
    let answer = await askToken(config, secret, 'header', via);
    if (answer.status === 400 || answer.status === 401) answer = await askToken(config, secret, 'body', via);
    const { token, lifetimeMs } = readToken(answer, config.tokenUrl);
    current = { token, untilMs: Date.now() + lifetimeMs - EXPIRY_MARGIN_MS };
    return token;
  }

  return {
    token() {
      if (current !== undefined && Date.now() < current.untilMs) return Promise.resolve(current.token);
      pending ??= renew().finally(() => {
        pending = undefined;
      });
      return pending;
    },
  };
}

interface TokenAnswer {
  readonly status: number;
  readonly text: string;
}

async function askToken(
  config: OAuth2Config,
  secret: string,
  place: 'header' | 'body',
  dispatcher: Dispatcher,
): Promise<TokenAnswer> {
  const form = new URLSearchParams({ grant_type: 'client_credentials' });
  if (config.scopes.length > 0) form.set('scope', config.scopes.join(' '));
  for (const [name, value] of Object.entries(config.endpointParams)) form.set(name, value);
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' };
  if (place === 'header') {
    const pair = `${encodeURIComponent(config.clientId)}:${encodeURIComponent(secret)}`;
    headers['authorization'] = `Basic ${Buffer.from(pair).toString('base64')}`;
  } else {
    form.set('client_id', config.clientId);
    form.set('client_secret', secret);
  }
  const { status, body } = await exchange(dispatcher, {
    url: new URL(config.tokenUrl),
    method: 'POST',
    headers,
    body: form.toString(),
    limitBytes: MAX_TOKEN_BYTES,
    signal: AbortSignal.timeout(TOKEN_TIMEOUT_MS),
  });
  return { status, text: body.toString('utf8') };
}

function readToken(answer: TokenAnswer, url: string): { token: string; lifetimeMs: number } {
  if (answer.status !== 200) {
    throw new ScrapeError('scrape/authorization', `the OAuth 2 server ${url} answered HTTP status ${answer.status}`, {
      hint: 'check client_id, client_secret and scopes of oauth2',
    });
  }
  let parsed: unknown;
  try {
    parsed = JSON.parse(answer.text);
  } catch (cause) {
    throw new ScrapeError('scrape/authorization', `the OAuth 2 server ${url} did not answer with JSON`, { cause });
  }
  const { access_token: token, expires_in: expires } = (parsed ?? {}) as Record<string, unknown>;
  if (typeof token !== 'string' || token === '') {
    throw new ScrapeError('scrape/authorization', `the answer of the OAuth 2 server ${url} has no access_token`);
  }
  const seconds = Number(expires);
  return { token, lifetimeMs: Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 3_600_000 };
}
