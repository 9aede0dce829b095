/** webhook_configs. */
import { UINT64 } from '../../../lib/yaml-cursor.ts';
import { readGoDuration, readHttp, readSecretUrl } from '../kit.ts';
import type { WebhookConfig } from '../receiver-types.ts';
import { type IntegrationInput, reportMissing } from './kind.ts';

const HINTS = {
  api_url: 'did you mean `url`?',
  webhook_url: 'did you mean `url`?',
  headers: 'headers stand under `http_config`, in `http_headers`',
  basic_auth: '`basic_auth` belongs under `http_config`',
  authorization: '`authorization` belongs under `http_config`',
  bearer_token: '`bearer_token` belongs under `http_config`',
  tls_config: '`tls_config` belongs under `http_config`',
  text: 'a webhook gets JSON of a fixed form; only `payload` (Alertmanager 0.29) changes it',
  title: 'a webhook gets JSON of a fixed form; only `payload` (Alertmanager 0.29) changes it',
  template: 'a webhook gets JSON of a fixed form; only `payload` (Alertmanager 0.29) changes it',
};

export function readWebhook({ reader, global, index }: IntegrationInput): WebhookConfig | undefined {
  const url = readSecretUrl(reader, 'url', 'url_file');
  if (url === undefined)
    reportMissing(reader, 'url', '`url` is missing', 'name the URL in `url` or a file in `url_file`');
  const payload = reader.given('payload');
  payload?.warn({
    code: 'alertmanager/not-run',
    message: '`payload` is accepted but not used yet: the webhook gets the usual JSON',
    ...(payload.key === undefined ? {} : { span: payload.key }),
  });
  const config = {
    kind: 'webhook' as const,
    index,
    sendResolved: reader.boolean('send_resolved', true),
    http: readHttp(reader, global.http),
    maxAlerts: reader.integer('max_alerts', 0, UINT64),
    timeoutMs: readGoDuration(reader, 'timeout'),
  };
  reader.finish({ hints: HINTS });
  return url === undefined ? undefined : { ...config, url };
}
