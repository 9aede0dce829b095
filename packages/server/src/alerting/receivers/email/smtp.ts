/**
 * One conversation with a smarthost: greeting, TLS, authentication, envelope, message. A connection carries one message, as
 * Alertmanager's do: notifications are rare and smarthosts close idle connections. Protocol: RFC 5321, 3207, 4954.
 */
import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { loadTls } from '../../../metrics/scrape/http/tls.ts';
import type { EmailConfig } from '../../config/receiver-types.ts';
import { shorten } from '../http/answer.ts';
import { readSecret } from '../http/http-integration.ts';
import { NotifyError } from '../receiver.ts';

export interface Mail {
  readonly sender: string;
  readonly recipients: readonly string[];
  readonly message: Buffer;
}

/** Of one step of the conversation. */
const STEP_TIMEOUT_MS = 30_000;
const MAX_RESPONSE_BYTES = 64 * 1024;

/** A recipient that the smarthost did not take while it took others. */
export interface RefusedRecipient {
  readonly address: string;
  readonly reason: string;
  readonly isPermanent: boolean;
}

/** Resolves when the smarthost took the mail for at least one recipient. @throws NotifyError */
export async function deliverMail(
  config: EmailConfig,
  mail: Mail,
  signal: AbortSignal,
): Promise<readonly RefusedRecipient[]> {
  const credentials = await credentialsOf(config);
  const connection = await openConnection(config, credentials);
  const secrets = [credentials.password, credentials.secret].filter((secret) => secret !== '');
  let onAbort: (() => void) | undefined;
  try {
    const refused = await Promise.race([
      converse(connection, config, credentials, mail),
      new Promise<never>((_, reject) => {
        onAbort = () => reject(new NotifyError('temporary', 'the smarthost did not take the mail in time'));
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort, { once: true });
      }),
    ]);
    connection.quit();
    return refused;
  } catch (error) {
    connection.close();
    throw failure(error, secrets);
  } finally {
    if (onAbort !== undefined) signal.removeEventListener('abort', onAbort);
  }
}

async function openConnection(config: EmailConfig, credentials: Credentials): Promise<SMTPConnection> {
  const { host, port } = config.smarthost;
  const secure = config.implicitTls ?? port === '465';
  const tls = await loadTls(config.tls).catch((error: unknown) => {
    throw new NotifyError('temporary', error instanceof Error ? error.message : String(error));
  });
  const isEncrypted = secure || config.requireTls;
  return new SMTPConnection({
    host,
    port: Number(port),
    secure,
    requireTLS: config.requireTls && !secure,
    ignoreTLS: !config.requireTls,
    name: config.hello === '' ? hostname() : config.hello,
    // A name for the server to choose its certificate by; addresses are no names (RFC 6066).
    tls: { ...(isIP(host) === 0 && { servername: host }), ...tls },
    connectionTimeout: STEP_TIMEOUT_MS,
    greetingTimeout: STEP_TIMEOUT_MS,
    socketTimeout: STEP_TIMEOUT_MS,
    dnsTimeout: STEP_TIMEOUT_MS,
    maxResponseSize: MAX_RESPONSE_BYTES,
    customAuth: { [AUTH]: (context) => authenticate(context, credentials, isEncrypted || isLocal(host)) },
  });
}

async function converse(
  connection: SMTPConnection,
  { authUsername }: EmailConfig,
  credentials: Credentials,
  { sender, recipients, message }: Mail,
): Promise<readonly RefusedRecipient[]> {
  await new Promise<void>((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('the smarthost closed the connection')));
    connection.connect((error) => (error === undefined || error === null ? resolve() : reject(error)));
  });
  if (authUsername !== '' && connection.allowsAuth) {
    const { username: user, password: pass } = credentials;
    await new Promise<void>((resolve, reject) => {
      connection.login({ method: AUTH, user, pass }, (error) => (error === null ? resolve() : reject(error)));
    });
  }
  const envelope = { from: sender, to: [...recipients], size: message.length };
  const { rejectedErrors = [] } = await new Promise<SMTPConnection.SentMessageInfo>((resolve, reject) => {
    connection.send(envelope, message, (error, info) => (error === null ? resolve(info) : reject(error)));
  });
  return rejectedErrors.map(({ recipient = '', message: reason, responseCode = 0 }) => ({
    address: recipient,
    reason: shorten(reason),
    isPermanent: responseCode >= 500,
  }));
}

/** The name under which nodemailer finds our choice of mechanism. */
const AUTH = 'SIGHTLINE';

interface Credentials {
  readonly username: string;
  readonly identity: string;
  /** For PLAIN and LOGIN. */
  readonly password: string;
  /** For CRAM-MD5. */
  readonly secret: string;
}

async function credentialsOf(config: EmailConfig): Promise<Credentials> {
  const { authPassword, authSecret } = config;
  return {
    username: config.authUsername,
    identity: config.authIdentity,
    password: authPassword === undefined ? '' : await readSecret(authPassword, 'auth_password'),
    secret: authSecret === undefined ? '' : await readSecret(authSecret, 'auth_secret'),
  };
}

/** CRAM-MD5 when there is a secret for it, since it sends none; then PLAIN, then LOGIN. */
async function authenticate(
  { authMethods, sendCommand }: SMTPConnection.CustomAuthenticationContext,
  { username, identity, password, secret }: Credentials,
  isPrivate: boolean,
): Promise<void> {
  const offers = (method: string) => authMethods.includes(method);
  const ask = async (command: string, expected: number): Promise<string> => {
    const { status, text } = await sendCommand(command);
    if (status !== expected) throw new SmtpRefusal(status, text);
    return text;
  };
  if (offers('CRAM-MD5') && secret !== '') {
    const challenge = Buffer.from(await ask('AUTH CRAM-MD5', 334), 'base64');
    const digest = createHmac('md5', secret).update(challenge).digest('hex');
    await ask(base64(`${username} ${digest}`), 235);
  } else if (password === '') {
    throw new NotifyError(
      'permanent',
      `no password or secret fits what the smarthost offers: ${authMethods.join(' ')}`,
    );
  } else if (!isPrivate) {
    throw new NotifyError('permanent', 'the password is not sent over a connection that is not encrypted', {
      hint: 'set require_tls: true, or use a smarthost on this machine',
    });
  } else if (offers('PLAIN')) {
    await ask(`AUTH PLAIN ${base64(`${identity}\0${username}\0${password}`)}`, 235);
  } else if (offers('LOGIN')) {
    await ask('AUTH LOGIN', 334);
    await ask(base64(username), 334);
    await ask(base64(password), 235);
  } else {
    throw new NotifyError('permanent', `unknown auth mechanism: ${authMethods.join(' ')}`);
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}

function isLocal(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** An answer of the smarthost that is no success. */
class SmtpRefusal extends Error {
  readonly responseCode: number;

  constructor(status: number, text: string) {
    super(`${status} ${text}`);
    this.responseCode = status;
  }
}

/**
 * Answers of 500 and above will be given again, except 503 and those to authentication: Alertmanager tries those again too, and a
 * password that is being changed is no reason to lose an alert.
 */
function failure(error: unknown, secrets: readonly string[]): NotifyError {
  // Refusals of ours are permanent; nodemailer has put a code of its own on those from within authentication.
  if (error instanceof NotifyError) return asOurs(error);
  const { message, code, responseCode } = error as Error & { code?: string; responseCode?: number };
  const isPermanent = responseCode !== undefined && responseCode >= 500 && responseCode !== 503 && code !== 'EAUTH';
  const text = secrets.reduce((masked, secret) => masked.replaceAll(secret, '<secret>'), message);
  return new NotifyError(
    isPermanent ? 'permanent' : 'temporary',
    `the smarthost did not take the mail: ${shorten(text)}`,
  );
}

function asOurs({ code, message, hint }: NotifyError): NotifyError {
  return new NotifyError(code === 'temporary' ? code : 'permanent', message, hint === undefined ? {} : { hint });
}
