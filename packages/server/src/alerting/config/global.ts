/** The section `global`: what receivers inherit. Defaults: Alertmanager config/config.go. */
import { atMostOne } from '../../config/prometheus/decode-kit.ts';
import { readTls } from '../../config/prometheus/tls.ts';
import type { HttpClientConfig, Secret, TlsConfig } from '../../config/prometheus/types.ts';
import type { Cursor } from '../../lib/yaml-cursor.ts';
import { ObjectReader } from '../../lib/yaml-object.ts';
import { type HostPort, readHostPort } from './host-port.ts';
import { readHttp, readHttpUrl, readSecret, readSecretUrl, readTemplate, type TemplateTexts } from './kit.ts';

interface SmtpDefaults {
  readonly from: string;
  readonly hello: string;
  readonly smarthost: HostPort | undefined;
  readonly authUsername: string;
  readonly authPassword: Secret | undefined;
  readonly authSecret: Secret | undefined;
  readonly authIdentity: string;
  readonly requireTls: boolean;
  readonly implicitTls: boolean | undefined;
  readonly tls: TlsConfig;
}

/** Services that are named by a URL. */
type ServiceUrl =
  | 'jira_api_url'
  | 'opsgenie_api_url'
  | 'pagerduty_url'
  | 'rocketchat_api_url'
  | 'slack_app_url'
  | 'telegram_api_url'
  | 'victorops_api_url'
  | 'webex_api_url'
  | 'wechat_api_url';

export interface GlobalSection {
  readonly resolveTimeoutMs: number;
  readonly http: HttpClientConfig;
  readonly smtp: SmtpDefaults;
  /** Undefined when the file takes the default away, or there is none. */
  readonly urls: Readonly<Record<ServiceUrl, string | undefined>>;
  readonly slackApiUrl: Secret | undefined;
  readonly slackAppToken: Secret | undefined;
  readonly opsgenieApiKey: Secret | undefined;
  readonly telegramBotToken: Secret | undefined;
  readonly victoropsApiKey: Secret | undefined;
  readonly rocketchatToken: Secret | undefined;
  readonly rocketchatTokenId: Secret | undefined;
  readonly mattermostWebhookUrl: Secret | undefined;
  readonly wechatApiSecret: Secret | undefined;
  readonly wechatCorpId: string;
}

const DEFAULT_URLS: Readonly<Record<ServiceUrl, string | undefined>> = {
  jira_api_url: undefined,
  opsgenie_api_url: 'https://api.opsgenie.com/',
  pagerduty_url: 'https://events.pagerduty.com/v2/enqueue',
  rocketchat_api_url: 'https://open.rocket.chat/',
  slack_app_url: 'https://slack.com/api/chat.postMessage',
  telegram_api_url: 'https://api.telegram.org',
  victorops_api_url: 'https://alert.victorops.com/integrations/generic/20131114/alert/',
  webex_api_url: 'https://webexapis.com/v1/messages',
  wechat_api_url: 'https://qyapi.weixin.qq.com/cgi-bin/',
};

const DEFAULT_HTTP: HttpClientConfig = {
  tls: { insecureSkipVerify: false },
  noProxy: [],
  followRedirects: true,
  enableHttp2: true,
  httpHeaders: {},
};

const HINTS = {
  smtp_password: 'did you mean `smtp_auth_password`?',
  smtp_username: 'did you mean `smtp_auth_username`?',
  smtp_host: 'did you mean `smtp_smarthost`? It takes host and port: `mail.example.org:587`',
  smtp_server: 'did you mean `smtp_smarthost`? It takes host and port: `mail.example.org:587`',
  smtp_port: 'the port is part of `smtp_smarthost`: `mail.example.org:587`',
  smtp_tls: 'did you mean `smtp_require_tls` or `smtp_tls_config`?',
  slack_webhook_url: 'did you mean `slack_api_url`?',
  slack_url: 'did you mean `slack_api_url`?',
  scrape_interval: 'this key belongs in prometheus.yml',
  evaluation_interval: 'this key belongs in prometheus.yml',
  external_labels: 'this key belongs in prometheus.yml',
  group_wait: '`group_wait` belongs under `route`',
  group_interval: '`group_interval` belongs under `route`',
  repeat_interval: '`repeat_interval` belongs under `route`',
  templates: '`templates` stands beside `global`',
};

export function readGlobal(cursor: Cursor | undefined, root: ObjectReader, texts: TemplateTexts): GlobalSection {
  const reader = (cursor === undefined ? undefined : ObjectReader.open(cursor)) ?? ObjectReader.absent(root.cursor);
  const section = {
    resolveTimeoutMs: reader.duration('resolve_timeout', 300_000),
    http: readHttp(reader, DEFAULT_HTTP),
    smtp: readSmtp(reader, texts),
    urls: readUrls(reader),
    slackApiUrl: readSecretUrl(reader, 'slack_api_url', 'slack_api_url_file'),
    slackAppToken: readSecret(reader, 'slack_app_token', 'slack_app_token_file'),
    opsgenieApiKey: readSecret(reader, 'opsgenie_api_key', 'opsgenie_api_key_file'),
    telegramBotToken: readSecret(reader, 'telegram_bot_token', 'telegram_bot_token_file'),
    victoropsApiKey: readSecret(reader, 'victorops_api_key', 'victorops_api_key_file'),
    rocketchatToken: readSecret(reader, 'rocketchat_token', 'rocketchat_token_file'),
    rocketchatTokenId: readSecret(reader, 'rocketchat_token_id', 'rocketchat_token_id_file'),
    mattermostWebhookUrl: readSecretUrl(reader, 'mattermost_webhook_url', 'mattermost_webhook_url_file'),
    wechatApiSecret: readSecret(reader, 'wechat_api_secret', 'wechat_api_secret_file'),
    wechatCorpId: reader.string('wechat_api_corp_id'),
  };
  const slack = ['slack_api_url', 'slack_api_url_file'].find((key) => reader.isGiven(key));
  if (slack !== undefined) atMostOne(reader, [slack, 'slack_app_token', 'slack_app_token_file']);
  reader.finish({ hints: HINTS });
  return section;
}

function readSmtp(reader: ObjectReader, texts: TemplateTexts): SmtpDefaults {
  const tls = reader.given('smtp_tls_config');
  const isImplicit = reader.given('smtp_force_implicit_tls')?.boolean();
  return {
    from: readTemplate(reader, 'smtp_from', texts),
    hello: reader.string('smtp_hello', 'localhost'),
    smarthost: readHostPort(reader.given('smtp_smarthost')),
    authUsername: reader.string('smtp_auth_username'),
    authPassword: readSecret(reader, 'smtp_auth_password', 'smtp_auth_password_file'),
    authSecret: readSecret(reader, 'smtp_auth_secret', 'smtp_auth_secret_file'),
    authIdentity: reader.string('smtp_auth_identity'),
    requireTls: reader.boolean('smtp_require_tls', true),
    implicitTls: isImplicit,
    tls: readTls(tls),
  };
}

function readUrls(reader: ObjectReader): Record<ServiceUrl, string | undefined> {
  const urls = { ...DEFAULT_URLS };
  for (const key of Object.keys(DEFAULT_URLS) as ServiceUrl[]) {
    const cursor = reader.at(key);
    if (cursor === undefined) continue;
    // A wrong URL is reported once; receivers go on with the default.
    urls[key] = cursor.isNull ? undefined : (readHttpUrl(reader, key) ?? DEFAULT_URLS[key] ?? '');
  }
  return urls;
}
