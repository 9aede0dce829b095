/**
 * Messages as JSON over HTTP: authorization, TLS, proxy and headers of `http_config`, redirects that keep the message, and
 * errors that name no secret. Certificate files are read when the first message is sent.
 */
import type { HttpClientConfig } from '../../../config/prometheus/types.ts';
import { withDeadline } from '../../../lib/abort.ts';
import { createAuthorizer } from '../../../metrics/scrape/http/authorization.ts';
import { connectionReason } from '../../../metrics/scrape/http/connection-reason.ts';
import { customHeaders } from '../../../metrics/scrape/http/custom-headers.ts';
import { createDispatchers, type Dispatchers } from '../../../metrics/scrape/http/dispatchers.ts';
import { type Exchange, exchange } from '../../../metrics/scrape/http/exchange.ts';
import { createTokenSource } from '../../../metrics/scrape/http/oauth2.ts';
import { NotifyError } from '../receiver.ts';
import { type Answer, shorten } from './answer.ts';

const MAX_REDIRECTS = 10;
const MAX_ANSWER_BYTES = 16 * 1024;
/** Redirects after which a client sends the same request again; after others it would send an empty GET. */
const KEEPS_MESSAGE = new Set([307, 308]);
const LOSES_MESSAGE = new Set([301, 302, 303]);

export interface NotifyRequest {
  /** Never part of an error. */
  readonly url: string;
  readonly method?: 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly json: unknown;
  /** Of this request; 0: none. */
  readonly timeoutMs: number;
  /** Beside the URL, what must not appear in errors. */
  readonly secrets?: readonly string[];
}

export interface NotifyClient {
  /** @throws NotifyError temporary when there is no answer, permanent when the URL is none */
  send(request: NotifyRequest, signal: AbortSignal): Promise<Answer>;
  close(): Promise<void>;
}

interface Connection {
  readonly dispatchers: Dispatchers;
  readonly authorize: () => Promise<string | undefined>;
  close(): Promise<void>;
}

export function createNotifyClient(config: HttpClientConfig, version: string): NotifyClient {
  let opened: Promise<Connection> | undefined;

  /** Tried again with the next message when it fails. */
  function connection(): Promise<Connection> {
    opened ??= open(config).catch((error: unknown) => {
      opened = undefined;
      throw error;
    });
    return opened;
  }

  async function follow(request: NotifyRequest, signal: AbortSignal): Promise<Exchange> {
    const { dispatchers, authorize } = await connection();
    let url = targetOf(request.url);
    const first = url.origin;
    const authorization = await authorize();
    const body = JSON.stringify(request.json);
    for (let hop = 0; ; hop++) {
      const headers: Record<string, string | string[]> = {
        'user-agent': `Sightline/${version}`,
        'content-type': 'application/json',
        ...(await customHeaders(config)),
        ...(authorization !== undefined && { authorization }),
        ...request.headers,
      };
      if (url.origin !== first) delete headers['authorization'];
      const response = await exchange(await dispatchers.for(url), {
        url,
        method: request.method ?? 'POST',
        headers,
        body,
        limitBytes: 0,
        keepBytes: MAX_ANSWER_BYTES,
        signal,
      });
      const location = config.followRedirects ? response.headers.location : undefined;
      if (location === undefined || !KEEPS_MESSAGE.has(response.status)) return refuseLoss(response, location);
      if (hop === MAX_REDIRECTS) throw new NotifyError('permanent', `stopped after ${MAX_REDIRECTS} redirects`);
      url = targetOf(location, url);
    }
  }

  return {
    async send(request, signal) {
      const { timeoutMs, url, secrets = [] } = request;
      const message = `no answer within the configured timeout of ${timeoutMs / 1000} s`;
      const deadline = timeoutMs > 0 ? withDeadline(signal, timeoutMs, message) : undefined;
      const hidden = [url, ...secrets];
      try {
        return answerOf(await follow(request, deadline?.signal ?? signal), hidden);
      } catch (error) {
        throw failure(error, hidden);
      } finally {
        deadline?.release();
      }
    },
    async close() {
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}

async function open(config: HttpClientConfig): Promise<Connection> {
  const { oauth2 } = config;
  const dispatchers = await createDispatchers(config);
  if (oauth2 === undefined) {
    return { dispatchers, authorize: createAuthorizer(config, async () => ''), close: () => dispatchers.close() };
  }
  const forTokens = await createDispatchers({ ...config, tls: oauth2.tls ?? { insecureSkipVerify: false } });
  const tokens = createTokenSource(oauth2, () => forTokens.for(new URL(oauth2.tokenUrl)));
  return {
    dispatchers,
    authorize: createAuthorizer(config, () => tokens.token()),
    close: async () => void (await Promise.all([dispatchers.close(), forTokens.close()])),
  };
}

function targetOf(text: string, base?: URL): URL {
  const url = URL.canParse(text, base?.href) ? new URL(text, base?.href) : undefined;
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return url;
  throw new NotifyError('permanent', 'the URL, or one redirected to, is not an http or https URL', {
    hint: 'look at the URL in the configuration or in the file it is read from; it is not shown because it may hold secrets',
  });
}

function refuseLoss(response: Exchange, location: string | undefined): Exchange {
  if (location === undefined || !LOSES_MESSAGE.has(response.status)) return response;
  throw new NotifyError('permanent', `redirected with status ${response.status}, which drops the message`, {
    hint: 'configure the URL that the server redirects to',
  });
}

function answerOf({ status, headers, body }: Exchange, secrets: readonly string[]): Answer {
  const type = String(headers['content-type'] ?? '');
  return {
    status,
    contentType: (type.split(';')[0] ?? '').trim().toLowerCase(),
    body: withoutSecrets(body.subarray(0, MAX_ANSWER_BYTES).toString('utf8'), secrets),
  };
}

function failure(error: unknown, secrets: readonly string[]): NotifyError {
  if (error instanceof NotifyError) return error;
  const reason = shorten(withoutSecrets(connectionReason(error), secrets));
  return new NotifyError('temporary', `cannot deliver: ${reason}`);
}

function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets.reduce((masked, secret) => (secret === '' ? masked : masked.replaceAll(secret, '<secret>')), text);
}
