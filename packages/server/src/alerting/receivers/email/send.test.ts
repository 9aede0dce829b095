import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { secretFromText } from '../../../config/secret.ts';
import type { EmailConfig } from '../../config/receiver-types.ts';
import { FIRING, notificationOf, refusal, testEnvironment } from '../../testing/receiver-rig.ts';
import {
  type Certificate,
  makeCertificate,
  type RecordedMail,
  SmtpRecorder,
  type SmtpRecorderOptions,
} from '../../testing/smtp-recorder.ts';
import { createEmail } from './send.ts';

let certificate: Certificate;
let server: SmtpRecorder | undefined;
beforeAll(() => {
  certificate = makeCertificate();
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});

async function start(options: SmtpRecorderOptions = {}): Promise<SmtpRecorder> {
  server = await SmtpRecorder.start(options);
  return server;
}

function configOf(port: number, fields: Partial<EmailConfig> = {}): EmailConfig {
  return {
    kind: 'email',
    index: 0,
    sendResolved: true,
    to: 'team@example.org, "Second, One" <second@example.org>',
    from: 'Alerts <alerts@example.org>',
    hello: 'client.example.org',
    smarthost: { host: 'localhost', port: String(port) },
    authUsername: '',
    authPassword: undefined,
    authSecret: undefined,
    authIdentity: '',
    headers: {},
    html: '{{ template "email.default.html" . }}',
    text: '',
    requireTls: false,
    tls: { insecureSkipVerify: false },
    implicitTls: undefined,
    threading: { enabled: false, threadByDate: '' },
    ...fields,
  };
}

async function sent(fields: Partial<EmailConfig>, notification = FIRING): Promise<RecordedMail> {
  const { port, mails } = await start();
  expect(await refusal(createEmail(configOf(port, fields), testEnvironment()), notification)).toBeUndefined();
  return mails[0] as RecordedMail;
}

/** Headers of the mail, unfolded, and what follows. */
function partsOf(source: string): { headers: string; body: string } {
  const end = source.indexOf('\r\n\r\n');
  return { headers: source.slice(0, end).replace(/\r\n[ \t]+/g, ' '), body: source.slice(end + 4) };
}

function decoded(quotedPrintable: string): string {
  const joined = quotedPrintable.replace(/=\r\n/g, '');
  return Buffer.from(
    joined.replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');
}

describe('the mail', () => {
  it('has sender, recipients, headers and an HTML body', async () => {
    const mail = await sent({ headers: { 'X-Team': '{{ .Receiver }}', 'Reply-To': 'desk@example.org' } });
    expect(mail).toMatchObject({ from: 'alerts@example.org', to: ['team@example.org', 'second@example.org'] });
    expect(mail).toMatchObject({ isEncrypted: false, user: '', helo: 'client.example.org' });
    const { headers, body } = partsOf(mail.source);
    expect(headers).toContain('From: Alerts <alerts@example.org>');
    expect(headers).toContain('To: team@example.org, "Second, One" <second@example.org>');
    expect(headers).toContain('Subject: [FIRING:1] Slow');
    expect(headers).toContain('X-Team: team');
    expect(headers).toContain('Reply-To: desk@example.org');
    expect(headers).not.toMatch(/^(In-Reply-To|References):/m);
    expect(headers).toMatch(/^Date: /m);
    expect(headers).toMatch(/^Message-ID: </m);
    expect(headers).toMatch(/^Content-Type: text\/html; charset=utf-8/m);
    expect(headers).toMatch(/^Content-Transfer-Encoding: quoted-printable/m);
    expect(decoded(body)).toContain('Answers take 2 s');
    expect(decoded(body)).not.toContain('sightline-graph');
    expect(decoded(body)).toContain(`href="http://sightline/alerts/${FIRING.alerts[0]?.fingerprint}"`);
    for (const line of mail.source.split('\r\n')) expect(line.length).toBeLessThanOrEqual(998);
  });

  it('has text before HTML, so that programs prefer HTML', async () => {
    const { source } = await sent({ text: 'Grüße an {{ .Receiver }}', html: '<b>{{ .Receiver }}</b>' });
    expect(source).toMatch(/^Content-Type: multipart\/alternative;/m);
    expect(source.indexOf('text/plain')).toBeLessThan(source.indexOf('text/html'));
    expect(decoded(source)).toContain('Grüße an team');
    expect(source).toContain('<b>team</b>');
  });

  it('takes subject and addresses from templates', async () => {
    const labels = { labels: { owner: 'ops', note: 'ü' } };
    const fields = {
      to: '{{ .CommonLabels.owner }}@example.org',
      headers: { Subject: 'über {{ .CommonLabels.note }}' },
    };
    const mail = await sent(fields, notificationOf([labels]));
    expect(mail.to).toEqual(['ops@example.org']);
    expect(partsOf(mail.source).headers).toContain('Subject: =?UTF-8?Q?=C3=BCber_=C3=BC?=');
  });

  it.each([
    ['daily', /^In-Reply-To: <alert-[0-9a-f]{16}-2026-03-02@sightline>$/m],
    ['none', /^In-Reply-To: <alert-[0-9a-f]{16}-@sightline>$/m],
  ])('of a group belong to one thread: %s', async (threadByDate, expected) => {
    const { source } = await sent({ threading: { enabled: true, threadByDate } });
    expect(partsOf(source).headers).toMatch(expected);
    expect(partsOf(source).headers).toMatch(/^References: <alert-/m);
  });

  it('does not let values start new headers', async () => {
    const mail = await sent(
      {},
      notificationOf([{ labels: {} }], { groupLabels: FIRING.groupLabels.with('x', 'a\r\nBcc: thief@example.org') }),
    );
    expect(partsOf(mail.source).headers).not.toMatch(/^Bcc/m);
    expect(mail.to).toEqual(['team@example.org', 'second@example.org']);
  });

  it.each([
    [{ to: 'nobody' }, 'permanent: parsing to addresses: "nobody" is not a list of addresses'],
    [{ from: 'a@example.org, b@example.org' }, 'permanent: must be exactly one from address'],
    [{ to: '{{ .Nope }}' }, /^permanent: to: template: /],
  ])('is refused with %j', async (fields, expected) => {
    const { port } = await start();
    const reason = await refusal(createEmail(configOf(port, fields), testEnvironment()), FIRING);
    expect(reason).toEqual(expected instanceof RegExp ? expect.stringMatching(expected) : expected);
  });
});

describe('the graph', () => {
  const graph = {
    png: Buffer.from('\x89PNG picture'),
    title: 'rate(x[5m]) < 1',
    width: 590,
    height: 200,
    legend: [{ name: '{job="<api>"}', color: '#0072b2' }],
    hidden: 2,
  };

  async function mailWith(html: string): Promise<string> {
    const { port, mails } = await start();
    const environment = { ...testEnvironment(), graph: async () => graph };
    expect(await refusal(createEmail(configOf(port, { html }), environment), FIRING)).toBeUndefined();
    return mails[0]?.source ?? '';
  }

  it('comes with the mail, in the place the built-in template has for it', async () => {
    const source = await mailWith('{{ template "email.default.html" . }}');
    expect(source).toMatch(/^Content-Type: multipart\/related;/m);
    expect(source).toMatch(/^Content-ID: <graph@sightline>/im);
    expect(source).toContain(graph.png.toString('base64'));
    const html = decoded(source);
    expect(html).toContain('<img src="cid:graph@sightline" width="590" height="200"');
    expect(html).toContain('{job=&#34;&#60;api&#62;&#34;}');
    expect(html).toContain('and 2 more');
    expect(html.indexOf('cid:graph')).toBeLessThan(html.indexOf('Answers take 2 s'));
    expect(html).not.toContain('id="sightline-graph"');
  });

  it('stands at the end of other HTML', async () => {
    expect(decoded(await mailWith('<body><b>mine</b></body>'))).toMatch(/<b>mine<\/b><div .*<img .*<\/body>/);
    expect(decoded(await mailWith('<b>mine</b>'))).toMatch(/<b>mine<\/b><div .*<img /);
  });
});

describe('templates that fail', () => {
  it('are replaced by a plain text that says so', async () => {
    const { port, mails } = await start();
    const environment = testEnvironment();
    const config = configOf(port, { html: '<b>{{ .Nope }}</b>', headers: { Subject: '{{ .Gone }}' } });
    expect(await refusal(createEmail(config, environment), FIRING)).toBeUndefined();
    const { headers, body } = partsOf(mails[0]?.source ?? '');
    expect(headers).toContain('Subject: [FIRING:1] Slow');
    const text = decoded(body);
    expect(text).toContain('A template of this notification failed');
    expect(text).toContain("can't evaluate field Nope");
    expect(text).toContain('alertname=Slow, instance=a, job=api');
    expect(environment.failures).toMatchObject([{ integration: 'email[0]', error: { code: 'permanent' } }]);
    expect(environment.failures[0]?.error.message).toMatch(
      /headers\.Subject: template: .*Gone.*html: template: .*Nope/,
    );
  });
});

describe('the conversation', () => {
  const auth = { user: 'me', password: 'pass word', methods: ['PLAIN', 'LOGIN', 'CRAM-MD5'] };
  const credentials = { authUsername: 'me', authPassword: secretFromText('pass word') };
  const secure = { requireTls: true, tls: { insecureSkipVerify: true } };

  async function told(options: SmtpRecorderOptions, fields: Partial<EmailConfig>): Promise<string | undefined> {
    const { port } = await start(options);
    return refusal(createEmail(configOf(port, fields), testEnvironment()), FIRING);
  }

  it('is encrypted with STARTTLS', async () => {
    const tls = { requireTls: true, tls: { insecureSkipVerify: false, ca: certificate.cert } };
    expect(await told({ tls: { certificate } }, tls)).toBeUndefined();
    expect(server?.mails).toMatchObject([{ isEncrypted: true }]);
  });

  it('checks the certificate of an address as that of a name', async () => {
    const { port, mails } = await start({ tls: { certificate } });
    const tls = { insecureSkipVerify: false, ca: certificate.cert };
    const fields = { smarthost: { host: '127.0.0.1', port: String(port) }, requireTls: true, tls };
    expect(await refusal(createEmail(configOf(port, fields), testEnvironment()), FIRING)).toBeUndefined();
    expect(mails).toMatchObject([{ isEncrypted: true }]);
  });

  it('is encrypted from the first byte', async () => {
    expect(await told({ tls: { certificate, implicit: true } }, { ...secure, implicitTls: true })).toBeUndefined();
    expect(server?.mails).toMatchObject([{ isEncrypted: true }]);
  });

  it('refuses a certificate nobody vouches for', async () => {
    const reason = await told({ tls: { certificate } }, { requireTls: true });
    expect(reason).toMatch(/^temporary: the smarthost did not take the mail: .*self-signed certificate/);
  });

  it('refuses a server without STARTTLS', async () => {
    expect(await told({}, secure)).toMatch(/^(temporary|permanent): the smarthost did not take the mail: /);
    expect(server?.mails).toEqual([]);
  });

  it.each(['PLAIN', 'LOGIN'])('authenticates with %s', async (method) => {
    const options = { tls: { certificate }, auth: { ...auth, methods: [method] } };
    expect(await told(options, { ...secure, ...credentials })).toBeUndefined();
    expect(server?.logins).toEqual([method]);
    expect(server?.mails).toMatchObject([{ user: 'me' }]);
  });

  it('authenticates with CRAM-MD5 when there is a secret', async () => {
    const fields = { ...credentials, authSecret: secretFromText('pass word') };
    expect(await told({ auth }, fields)).toBeUndefined();
    expect(server?.logins).toEqual(['CRAM-MD5']);
    expect(server?.mails).toMatchObject([{ user: 'me' }]);
  });

  it('may be tried again when the password is wrong, without showing it', async () => {
    const reason = await told({ auth }, { ...credentials, authPassword: secretFromText('wrong-one') });
    expect(reason).toMatch(/^temporary: the smarthost did not take the mail: .*535/);
    expect(reason).not.toContain('wrong-one');
  });

  it('is permanent when nothing fits what is offered', async () => {
    const reason = await told({ auth }, { authUsername: 'me' });
    expect(reason).toMatch(/^permanent: no password or secret fits/);
  });

  it.each([
    [{ refuse: { status: 554, message: 'spam' } }, /^permanent: .*554.*spam/],
    [{ refuse: { status: 451, message: 'later' } }, /^temporary: .*451.*later/],
    [{ refuseRecipient: { text: 'example.org', status: 550 } }, /^permanent: .*550.*not this user/],
    [{ refuseRecipient: { text: 'example.org', status: 450 } }, /^temporary: .*450.*not this user/],
  ])('%j', async (options, expected) => {
    expect(await told(options, {})).toMatch(expected);
  });

  it('reaches the others when a recipient is refused, and tells of it', async () => {
    const { port, mails } = await start({ refuseRecipient: { text: 'second', status: 550 } });
    const environment = testEnvironment();
    expect(await refusal(createEmail(configOf(port), environment), FIRING)).toBeUndefined();
    expect(mails.map(({ to }) => to)).toEqual([['team@example.org']]);
    expect(environment.failures[0]?.error.message).toMatch(
      /recipient second@example\.org was refused: .*550.*not this user/,
    );
  });

  it('tries again only those recipients that were put off', async () => {
    const { port, mails } = await start({ refuseRecipient: { text: 'second', status: 450, times: 1 } });
    const email = createEmail(configOf(port), testEnvironment());
    expect(await refusal(email, FIRING)).toMatch(/^temporary: recipient second@example\.org was refused: .*450/);
    expect(await refusal(email, FIRING)).toBeUndefined();
    expect(mails.map(({ to }) => to)).toEqual([['team@example.org'], ['second@example.org']]);
  });

  it('may be tried again when nobody listens', async () => {
    const reason = await refusal(createEmail(configOf(1), testEnvironment()), FIRING);
    expect(reason).toMatch(/^temporary: the smarthost did not take the mail: .*ECONNREFUSED/);
  });

  it('ends with the signal', async () => {
    const { port } = await start();
    const reason = await refusal(createEmail(configOf(port), testEnvironment()), FIRING, AbortSignal.abort());
    expect(reason).toBe('temporary: the smarthost did not take the mail in time');
  });
});
