import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { loadAlertmanagerConfig } from './load.ts';
import type { IntegrationConfig } from './receiver-types.ts';

function load(text: string) {
  return loadAlertmanagerConfig({ file: '/etc/alertmanager/alertmanager.yml', text });
}

function loadGood(text: string) {
  const { config, diagnostics } = load(text);
  if (config === undefined) throw new Error(JSON.stringify(diagnostics, undefined, 2));
  return config;
}

function integrationsOf(receiver: string, global = ''): readonly IntegrationConfig[] {
  const [first] = loadGood(`${global}route: {receiver: a}\nreceivers:\n- name: a\n${receiver}`).receivers;
  return first?.integrations ?? [];
}

const SMTP = `global:
  smtp_smarthost: '[::1]:25'
  smtp_from: from@example.org
  smtp_auth_username: user
  smtp_auth_password: hidden
  smtp_require_tls: false
`;

describe('alertmanager.yml', () => {
  test('the smallest file', () => {
    expect(loadGood('route: {receiver: a}\nreceivers: [{name: a}]\n')).toMatchObject({
      route: {
        receiver: 'a',
        groupBy: undefined,
        groupWaitMs: undefined,
        matchers: [],
        continue: false,
        muteTimeIntervals: [],
        routes: [],
      },
      inhibitRules: [],
      receivers: [{ name: 'a', integrations: [] }],
      templates: [],
      resolveTimeoutMs: 300_000,
    });
  });

  test('routes', () => {
    const { route } = loadGood(`
route:
  receiver: a
  group_by: ['...']
  group_wait: 10s
  routes:
    - match: {x: y}
      match_re: {z: a|b}
      matchers: ['{m="1", n!="2"}', 'o=~"3"']
      group_by: [k]
      repeat_interval: 1d
      continue: true
receivers: [{name: a}]
`);
    expect(route.groupBy).toBe('...');
    expect(route.groupWaitMs).toBe(10_000);
    const [child] = route.routes;
    expect(child?.matchers.map(String)).toEqual(['x="y"', 'z=~"^(?:a|b)$"', 'm="1"', 'n!="2"', 'o=~"3"']);
    expect(child).toMatchObject({ receiver: undefined, groupBy: ['k'], repeatIntervalMs: 86_400_000, continue: true });
  });

  test('time intervals of both keys', () => {
    const { timeIntervals } = loadGood(`
route: {receiver: a, routes: [{mute_time_intervals: [nights], active_time_intervals: [office]}]}
receivers: [{name: a}]
mute_time_intervals:
  - name: nights
    time_intervals: [{times: [{start_time: '22:30', end_time: '24:00'}]}]
time_intervals:
  - name: office
    time_intervals:
      - {weekdays: ['Monday:friday', sunday], days_of_month: ['-3:-1', 1], months: ['march:6'], years: [2026], location: Europe/Berlin}
      - {location: Local}
`);
    expect([...timeIntervals]).toEqual([
      ['nights', [{ ...EMPTY, times: [{ begin: 1350, end: 1440 }] }]],
      [
        'office',
        [
          {
            times: [],
            weekdays: [
              { begin: 1, end: 5 },
              { begin: 0, end: 0 },
            ],
            daysOfMonth: [
              { begin: -3, end: -1 },
              { begin: 1, end: 1 },
            ],
            months: [{ begin: 3, end: 6 }],
            years: [{ begin: 2026, end: 2026 }],
            location: 'Europe/Berlin',
          },
          { ...EMPTY, location: 'Local' },
        ],
      ],
    ]);
  });

  test('inhibition rules of both kinds of keys', () => {
    const { inhibitRules } = loadGood(`
route: {receiver: a}
receivers: [{name: a}]
inhibit_rules: [{source_match: {a: b}, source_matchers: ['c!="d"'], target_match_re: {e: f|g}, equal: [h]}]
`);
    expect(inhibitRules[0]?.sourceMatchers.map(String)).toEqual(['a="b"', 'c!="d"']);
    expect(inhibitRules[0]?.targetMatchers.map(String)).toEqual(['e=~"^(?:f|g)$"']);
    expect(inhibitRules[0]?.equal).toEqual(['h']);
  });

  test('what is wrong is told all at once, by place', () => {
    const { config, diagnostics } = load('route: {receiver: b, group_interval: 0s}\nreceivers: [{nam: a}]\nx: 1\n');
    expect(config).toBeUndefined();
    expect(diagnostics.map(({ code, start }) => `${start?.line}:${start?.column} ${code}`)).toEqual([
      '1:19 alertmanager/unknown-receiver',
      '1:38 alertmanager/zero-interval',
      '2:14 config/missing-key',
      '2:14 config/unknown-key',
      '3:1 config/unknown-key',
    ]);
  });

  test('it is frozen', () => {
    const config = loadGood('route: {receiver: a, routes: [{match: {x: y}}]}\nreceivers: [{name: a}]\n');
    expect(Object.isFrozen(config.route.routes[0])).toBe(true);
    expect(Object.isFrozen(config.receivers)).toBe(true);
  });
});

const EMPTY = { times: [], weekdays: [], daysOfMonth: [], months: [], years: [], location: 'UTC' };

describe('integrations', () => {
  test('take what they do not say from global', async () => {
    const [email] = integrationsOf('  email_configs: [{to: t@example.org, headers: {reply-to: r}}]\n', SMTP);
    if (email?.kind !== 'email') throw new Error('no mail');
    expect(email).toMatchObject({
      sendResolved: false,
      to: 't@example.org',
      from: 'from@example.org',
      hello: 'localhost',
      smarthost: { host: '::1', port: '25' },
      authUsername: 'user',
      headers: { 'Reply-To': 'r' },
      html: '{{ template "email.default.html" . }}',
      text: '',
      requireTls: false,
      implicitTls: undefined,
    });
    await expect(email.authPassword?.read()).resolves.toBe('hidden');
  });

  test('win over global', async () => {
    const own =
      "  email_configs: [{to: t, from: f, smarthost: 'h:1', auth_password: own, require_tls: true, hello: x}]\n";
    const [email] = integrationsOf(own, SMTP);
    if (email?.kind !== 'email') throw new Error('no mail');
    expect(email).toMatchObject({ from: 'f', smarthost: { host: 'h', port: '1' }, requireTls: true, hello: 'x' });
    await expect(email.authPassword?.read()).resolves.toBe('own');
  });

  test('stand in the order in which Alertmanager builds them, numbered by kind', () => {
    const integrations = integrationsOf(
      `  slack_configs: [{channel: c}, {channel: d}]
  webhook_configs: [{url: 'http://x.example.org'}]
  pagerduty_configs: [{routing_key: k}]
`,
      'global: {slack_api_url: "https://s.example.org"}\n',
    );
    expect(integrations.map(({ kind, index }) => `${kind}[${index}]`)).toEqual([
      'webhook[0]',
      'pagerduty[0]',
      'slack[0]',
      'slack[1]',
    ]);
  });

  test('have the defaults of Alertmanager', async () => {
    const [webhook, pagerduty, opsgenie, slack, telegram, discord, teams, workflows] = integrationsOf(
      `  webhook_configs: [{url: 'http://x.example.org'}]
  pagerduty_configs: [{routing_key: k}]
  opsgenie_configs: [{api_key: k, responders: [{name: n, type: TEAM}], api_url: 'https://o.example.org/v2'}]
  slack_configs: [{api_url: 'https://s.example.org'}]
  telegram_configs: [{bot_token: t, chat_id: -5}]
  discord_configs: [{webhook_url: 'https://d.example.org'}]
  msteams_configs: [{webhook_url: 'https://m.example.org'}]
  msteamsv2_configs: [{webhook_url: 'https://n.example.org'}]
`,
    );
    expect(webhook).toMatchObject({ sendResolved: true, maxAlerts: 0, timeoutMs: 0, http: { followRedirects: true } });
    expect(pagerduty).toMatchObject({
      url: 'https://events.pagerduty.com/v2/enqueue',
      source: '{{ template "pagerduty.default.client" . }}',
      details: { num_firing: '{{ .Alerts.Firing | len }}' },
    });
    expect(opsgenie).toMatchObject({ apiUrl: 'https://o.example.org/v2/', responders: [{ name: 'n', type: 'team' }] });
    expect(slack).toMatchObject({ sendResolved: false, title: '{{ template "slack.default.title" . }}' });
    expect(telegram).toMatchObject({ apiUrl: 'https://api.telegram.org', parseMode: 'HTML' });
    expect(discord).toMatchObject({ title: '{{ template "discord.default.title" . }}', content: '' });
    expect(teams).toMatchObject({ summary: '{{ template "msteams.default.summary" . }}' });
    expect(workflows).toMatchObject({ text: '{{ template "msteamsv2.default.text" . }}' });
    if (telegram?.kind !== 'telegram') throw new Error('no telegram');
    await expect(telegram.chatId.read()).resolves.toBe('-5');
  });

  test('a Slack app is reached with its token', async () => {
    const [slack] = integrationsOf('  slack_configs: [{channel: c}]\n', 'global: {slack_app_token: xoxb}\n');
    if (slack?.kind !== 'slack') throw new Error('no slack');
    await expect(slack.apiUrl.read()).resolves.toBe('https://slack.com/api/chat.postMessage');
    await expect(slack.appToken?.read()).resolves.toBe('xoxb');
  });

  test('keep the credentials of http_config', async () => {
    const http = '{basic_auth: {username: u, password: hidden}, follow_redirects: false}';
    const [webhook] = integrationsOf(`  webhook_configs: [{url: 'http://x.example.org', http_config: ${http}}]\n`);
    if (webhook?.kind !== 'webhook') throw new Error('no webhook');
    expect(webhook.http).toMatchObject({ basicAuth: { username: 'u' }, followRedirects: false });
    await expect(webhook.http.basicAuth?.password?.read()).resolves.toBe('hidden');
  });
});

describe('secrets', () => {
  const text = `${SMTP}  slack_api_url: https://hidden.example.org/x
  http_config: {authorization: {credentials: hidden}}
route: {receiver: a}
receivers:
- name: a
  email_configs: [{to: t}]
  slack_configs: [{api_url: 'https://hidden.example.org/y'}, {channel: c}]
  webhook_configs: [{url: 'https://user:hidden@example.org'}]
  pagerduty_configs: [{routing_key: hidden}]
  opsgenie_configs: [{api_key: hidden}]
  telegram_configs: [{bot_token: hidden, chat_id: 1}]
  discord_configs: [{webhook_url: 'https://hidden.example.org/z'}]
  pushover_configs: [{user_key: hidden, token: hidden}]
`;

  test('are shown nowhere', () => {
    const { config, diagnostics, sources } = load(text);
    expect(config).toBeDefined();
    expect(inspect(config, { depth: 20 })).not.toContain('hidden');
    expect(JSON.stringify([config, diagnostics, [...sources]])).not.toContain('hidden');
    expect(config?.maskedYaml).toContain('smtp_auth_password: <secret>');
  });

  test('are not shown in messages about what is wrong with them', () => {
    const wrong = text
      .replaceAll('https://hidden.example.org', 'hidden://x')
      .replace('https://user', 'https://a b')
      .concat('password: hidden\n');
    const { config, diagnostics, sources } = load(wrong);
    expect(config).toBeUndefined();
    expect(diagnostics.filter(({ code }) => code === 'config/invalid-url')).toHaveLength(4);
    expect(JSON.stringify([diagnostics, [...sources]])).not.toContain('hidden');
  });
});
