/** `email_configs`: a mail through the smarthost. Source: Alertmanager notify/email/email.go. */
import addressparser from 'nodemailer/lib/addressparser';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { EmailConfig } from '../../config/receiver-types.ts';
import type { Rendering } from '../../templates/rendering.ts';
import type { ReceiverEnvironment } from '../environment.ts';
import type { AlertGraph } from '../../graph/alert-graph.ts';
import { type ClosableIntegration, createIntegration } from '../integration.ts';
import { groupHash, paragraphs } from '../limits.ts';
import { type Notification, NotifyError } from '../receiver.ts';
import { graphAttachment, withGraph } from './graph-part.ts';
import { deliverMail, type Mail, type RefusedRecipient } from './smtp.ts';

const DEFAULT_SUBJECT = '{{ template "email.default.subject" . }}';

export function createEmail(config: EmailConfig, environment: ReceiverEnvironment): ClosableIntegration {
  // What is left of a notification whose mail the smarthost took for some: the others do not get it twice.
  const begun = new WeakMap<Notification, Begun>();
  return createIntegration(config, environment, {
    send: async (notification, rendering, signal) => {
      const graph = config.html === '' ? undefined : await environment.graph?.(notification, signal);
      const mail = await mailOf(config, rendering, { graph, thread: threadOf(config, notification) });
      const { left, refused: before } = begun.get(notification) ?? { left: mail.recipients, refused: [] };
      const refused = await deliverMail(config, { ...mail, recipients: left }, signal);
      const reasons = [...before, ...refused.filter(({ isPermanent }) => isPermanent).map(refusalText)];
      const later = refused.filter(({ isPermanent }) => !isPermanent);
      if (later.length === 0) return reasons;
      begun.set(notification, { left: later.map(({ address }) => address), refused: reasons });
      throw new NotifyError('temporary', later.map(refusalText).join('; '));
    },
    close: async () => undefined,
  });
}

interface Begun {
  readonly left: readonly string[];
  readonly refused: readonly string[];
}

function refusalText({ address, reason }: RefusedRecipient): string {
  return `recipient ${address} was refused: ${reason}`;
}

interface MailParts {
  readonly graph: AlertGraph | undefined;
  /** What mails of the same thread refer to; undefined: each stands alone. */
  readonly thread: string | undefined;
}

/** A Message-ID that no mail has: mail programs put those that refer to it into one thread. */
function threadOf({ threading }: EmailConfig, { groupKey, nowMs }: Notification): string | undefined {
  if (!threading.enabled) return undefined;
  const day = threading.threadByDate === 'none' ? '' : new Date(nowMs).toISOString().slice(0, 10);
  return `<alert-${groupHash(groupKey).slice(0, 16)}-${day}@sightline>`;
}

/** @throws NotifyError permanent when an address is none */
async function mailOf(config: EmailConfig, rendering: Rendering, { graph, thread }: MailParts): Promise<Mail> {
  const from = await rendering.required('from', config.from);
  const to = await rendering.required('to', config.to);
  const [sender, ...others] = addressesOf('from', from);
  if (sender === undefined || others.length > 0) throw new NotifyError('permanent', 'must be exactly one from address');
  const headers: Record<string, string> = {};
  for (const [name, template] of Object.entries(config.headers)) {
    headers[name.toLowerCase()] = await rendering.text(`headers.${name}`, template);
  }
  const { subject, ...more } = {
    from,
    to,
    ...headers,
    subject: headers['subject'] || (await rendering.text('subject', subjectOf(config), rendering.plainTitle)),
  };
  return {
    sender,
    recipients: addressesOf('to', to),
    message: await compose({ subject, headers: more, graph, thread, ...(await bodies(config, rendering)) }),
  };
}

function subjectOf({ headers }: EmailConfig): string {
  return headers['Subject'] === undefined ? DEFAULT_SUBJECT : '{{ template "__subject" . }}';
}

/** Text and HTML; the note about templates that failed stands in both. */
async function bodies(config: EmailConfig, rendering: Rendering): Promise<{ text: string; html: string }> {
  const { plainText } = rendering;
  const text = config.text === '' ? '' : await rendering.text('text', config.text, plainText);
  const html = config.html === '' ? '' : await rendering.html('html', config.html, plainText);
  if (rendering.note === '') return { text, html };
  // HTML that worked is kept, but a note cannot be put into it safely: it goes into a text part of its own.
  const hasHtml = html !== '' && !rendering.failures.some((failure) => failure.startsWith('html: '));
  return { text: paragraphs(rendering.note, text === '' ? plainText : text), html: hasHtml ? html : '' };
}

interface Composition extends MailParts {
  readonly subject: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly html: string;
}

function compose({ subject, headers, text, html, graph, thread }: Composition): Promise<Buffer> {
  const { from = '', to = '', cc, 'reply-to': replyTo, 'message-id': messageId, ...others } = headers;
  const composer = new MailComposer({
    from,
    to,
    subject,
    ...(cc !== undefined && { cc }),
    ...(replyTo !== undefined && { replyTo }),
    ...(messageId !== undefined && { messageId }),
    ...(thread !== undefined && { inReplyTo: thread, references: thread }),
    headers: others,
    // A message needs a body even when both templates are empty.
    ...((text !== '' || html === '') && { text }),
    ...(html !== '' && { html: withGraph(html, graph) }),
    ...(html !== '' && graph !== undefined && { attachments: [graphAttachment(graph)] }),
    encoding: 'quoted-printable',
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return new Promise((resolve, reject) => {
    composer.compile().build((error, message) => (error === null ? resolve(message) : reject(error)));
  });
}

function addressesOf(field: string, text: string): string[] {
  const addresses = addressparser(text, { flatten: true }).map(({ address }) => address);
  const bad = addresses.length === 0 || addresses.some((address) => !/^[^\s@<>]+@[^\s@<>]+$/.test(address));
  if (bad) throw new NotifyError('permanent', `parsing ${field} addresses: "${text}" is not a list of addresses`);
  return addresses;
}
