/** `email_configs` with the `smtp_*` settings of `global` filled in. Source: Alertmanager notify/email/config.go. */
import type { Secret, TlsConfig } from '../../../config/prometheus/types.ts';
import type { IntegrationConfig } from '../integration-config.ts';

export const DEFAULT_SUBJECT = '{{ template "email.default.subject" . }}';
export const DEFAULT_HTML = '{{ template "email.default.html" . }}';

export interface EmailConfig extends IntegrationConfig {
  /** Addresses, separated by commas; a template. */
  readonly to: string;
  /** A template. */
  readonly from: string;
  /** The name given in EHLO; empty: the host's. */
  readonly hello: string;
  readonly smarthost: { readonly host: string; readonly port: number };
  /** Empty: no authentication. */
  readonly authUsername: string;
  /** For PLAIN and LOGIN. */
  readonly authPassword?: Secret;
  /** For CRAM-MD5. */
  readonly authSecret?: Secret;
  /** PLAIN only. */
  readonly authIdentity: string;
  /** By canonical name (`Reply-To`); values are templates. */
  readonly headers: Readonly<Record<string, string>>;
  /** Template; empty: no such part. */
  readonly html: string;
  /** Template; empty: no such part. */
  readonly text: string;
  readonly requireTls: boolean;
  readonly tls: TlsConfig;
  /** Undefined: TLS from the first byte on port 465 only. */
  readonly forceImplicitTls?: boolean;
}
