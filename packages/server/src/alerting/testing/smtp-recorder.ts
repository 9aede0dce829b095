/** A mail server on loopback that writes down what it gets; TLS with a certificate made for the test. */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';

export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Self-signed, for localhost; by the openssl binary. */
export function makeCertificate(): Certificate {
  const folder = mkdtempSync(join(tmpdir(), 'sightline-certificate-'));
  const file = (name: string) => join(folder, name);
  try {
    const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
    const output = ['-keyout', file('key'), '-out', file('cert'), '-days', '2'];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...output, ...subject], {
      stdio: 'ignore',
    });
    return { cert: readFileSync(file('cert'), 'utf8'), key: readFileSync(file('key'), 'utf8') };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface RecordedMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly isEncrypted: boolean;
  readonly user: string;
  readonly helo: string;
  readonly source: string;
}

export interface SmtpRecorderOptions {
  /** Offers STARTTLS, or speaks TLS from the first byte. */
  readonly tls?: { readonly certificate: Certificate; readonly implicit?: boolean };
  /** What is offered and accepted; missing: no authentication. */
  readonly auth?: { readonly methods: readonly string[]; readonly user: string; readonly password: string };
  /** Refuses the message with this answer. */
  readonly refuse?: { readonly status: number; readonly message: string };
  /** Refuses recipients that contain the text, so many times (always when missing). */
  readonly refuseRecipient?: { readonly text: string; readonly status: number; readonly times?: number };
}

export class SmtpRecorder {
  readonly mails: RecordedMail[] = [];
  /** How clients authenticated: the mechanism and, for PLAIN, the identity. */
  readonly logins: string[] = [];
  readonly #server: SMTPServer;
  #refused = 0;

  private constructor({ tls, auth, refuse, refuseRecipient }: SmtpRecorderOptions) {
    this.#server = new SMTPServer({
      secure: tls?.implicit ?? false,
      ...(tls !== undefined && { cert: tls.certificate.cert, key: tls.certificate.key }),
      disabledCommands: [...(tls === undefined ? ['STARTTLS'] : []), ...(auth === undefined ? ['AUTH'] : [])],
      authMethods: [...(auth?.methods ?? [])],
      authOptional: true,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      onAuth: (login, _, done) => {
        const { method = '', username = '', password, challenge, challengeResponse } = login;
        const digest = createHmac('md5', auth?.password ?? '')
          .update(challenge ?? '')
          .digest('hex');
        const isRight = method === 'CRAM-MD5' ? challengeResponse === digest : password === auth?.password;
        this.logins.push(method);
        if (username === auth?.user && isRight) done(null, { user: username });
        else done(Object.assign(new Error('wrong user or password'), { responseCode: 535 }));
      },
      onRcptTo: ({ address }, _, done) => {
        const { text = '', status = 0, times = Infinity } = refuseRecipient ?? { times: 0 };
        if (this.#refused >= times || !address.includes(text)) return done();
        this.#refused++;
        done(Object.assign(new Error('not this user'), { responseCode: status }));
      },
      onData: (stream, session, done) => {
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          if (refuse !== undefined) {
            return done(Object.assign(new Error(refuse.message), { responseCode: refuse.status }));
          }
          const { mailFrom, rcptTo } = session.envelope;
          this.mails.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            isEncrypted: session.secure,
            user: String(session.user ?? ''),
            helo: String(session.hostNameAppearsAs),
            source: Buffer.concat(chunks).toString('utf8'),
          });
          done();
        });
      },
    });
    // A client that refuses the certificate ends the connection; that is the test's point, not a failure of the server.
    this.#server.on('error', () => undefined);
  }

  static async start(options: SmtpRecorderOptions = {}): Promise<SmtpRecorder> {
    const recorder = new SmtpRecorder(options);
    await new Promise<void>((resolve) => recorder.#server.listen(0, '127.0.0.1', () => resolve()));
    return recorder;
  }

  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }
}
