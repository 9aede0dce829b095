import { Labels } from '@sightline/model';
import { describe, expect, it } from 'vitest';
import { FIRING, notificationOf } from '../testing/receiver-rig.ts';
import { createTemplates } from './create-templates.ts';
import { Rendering } from './rendering.ts';

const EXTERNAL_URL = 'http://sightline';

function rendering(notification = FIRING, files: readonly { name: string; text: string }[] = []): Rendering {
  return new Rendering({ templates: createTemplates(files), externalUrl: EXTERNAL_URL, notification });
}

async function text(name: string, notification = FIRING): Promise<string> {
  const texts = rendering(notification);
  const result = await texts.text(name, `{{ template "${name}" . }}`);
  expect(texts.failures).toEqual([]);
  return result;
}

const both = notificationOf([
  { labels: { job: 'api', instance: 'a' }, annotations: { summary: 'slow', description: 'very', board: 'http://b' } },
  { labels: { job: 'api', instance: 'b' }, isResolved: true },
]);

describe('built-in texts', () => {
  it.each([
    ['__subject', FIRING, '[FIRING:1] Slow (a api)'],
    ['__subject', both, '[FIRING:1] Slow (api)'],
    ['__subject', notificationOf([{ labels: {}, isResolved: true }]), '[RESOLVED] Slow'],
    ['__subject', notificationOf([{ labels: {} }], { groupLabels: Labels.EMPTY }), '[FIRING:1]  (Slow)'],
    [
      '__alertmanagerURL',
      notificationOf([{ labels: {} }], { receiver: 'a&b' }),
      'http://sightline/alerts?receiver=a%26b',
    ],
    ['slack.default.color', both, 'danger'],
  ])('%s', async (name, notification, expected) => {
    expect(await text(name, notification)).toBe(expected);
  });

  it('list what is known of each alert', async () => {
    expect(await text('opsgenie.default.description', both)).toBe(
      [
        'Firing:\n',
        'Slow: slow',
        'very',
        'Since 2026-03-02 11:58:59 UTC',
        'Labels: instance=a, job=api',
        'board: http://b',
        'Query: http://prometheus/graph?g0.expr=up\n',
        'Resolved:\n',
        'Slow',
        'Since 2026-03-02 11:58:59 UTC',
        'Labels: instance=b, job=api',
        'Query: http://prometheus/graph?g0.expr=up\n\n',
      ].join('\n'),
    );
    expect(await text('discord.default.message', both)).toContain(
      '**Slow**: slow\n\nvery\n\n- instance: a\n- job: api\n',
    );
  });

  it('link ten alerts in Slack and say when there are more', async () => {
    const many = notificationOf(Array.from({ length: 12 }, (_, index) => ({ labels: { instance: String(index) } })));
    const lines = (await text('slack.default.text', many)).split('\n');
    expect(lines).toHaveLength(11);
    expect(lines[0]).toMatch(/^<http:\/\/sightline\/alerts\/[0-9a-f]{16}\|Slow> instance=0$/);
    expect(lines[10]).toBe('and more');
  });
});

describe('the built-in mail', () => {
  const html = (notification = FIRING) => rendering(notification).html('html', '{{ template "email.default.html" . }}');

  it('tells state, group, alerts and where to go', async () => {
    const page = await html(both);
    expect(page).toMatch(/^<!DOCTYPE html>/);
    expect(page).toContain('1 firing, 1 resolved');
    expect(page).toContain('alertname: Slow');
    expect(page).toContain(`href="http://sightline/alerts/${both.alerts[0]?.fingerprint}"`);
    expect(page).toContain('From 2026-03-02 11:58:59 to 2026-03-02 11:59:59 UTC');
    expect(page.match(/<table/g)?.length).toBe(page.match(/<\/table/g)?.length);
    expect(page.match(/<div/g)?.length).toBe(page.match(/<\/div/g)?.length);
  });

  it('lets no label or annotation become markup', async () => {
    const page = await html(
      notificationOf([
        {
          labels: { x: '<script>alert(1)</script>' },
          annotations: { summary: '<img src=x>', runbook_url: 'javascript:alert(1)' },
        },
      ]),
    );
    expect(page).not.toMatch(/<script|<img|javascript:/);
    expect(page).toContain('&lt;script&gt;');
  });
});

it('groups of any size fit, with the number of what is left out', async () => {
  const huge = notificationOf(
    Array.from({ length: 5000 }, (_, index) => ({ labels: { i: String(index), long: 'x'.repeat(200) } })),
  );
  const texts = rendering(huge);
  expect(await texts.html('html', '{{ template "email.default.html" . }}')).toContain('and 4900 more');
  expect(await texts.text('text', '{{ template "telegram.default.message" . }}')).toContain('\nand 4800 more\n');
  expect(await texts.text('text', '{{ template "discord.default.message" . }}')).toContain('\nand 4800 more\n');
  expect(texts.failures).toEqual([]);
});

describe("users' files", () => {
  it('replace built-in templates and call them', async () => {
    const files = [
      { name: 'a.tmpl', text: '{{ define "__subject" }}mine of {{ template "__alertmanager" . }}{{ end }}' },
      { name: 'b.tmpl', text: '{{ define "team.title" }}<{{ template "slack.default.title" . }}>{{ end }}' },
    ];
    expect(await rendering(FIRING, files).text('title', '{{ template "team.title" . }}')).toBe('<mine of Sightline>');
  });

  it('are named when they are no templates', () => {
    expect(() => createTemplates([{ name: 'bad.tmpl', text: '{{ if }}' }])).toThrow(
      'template: bad.tmpl:1: missing value for if',
    );
  });

  it('are named when they fail, with the place', async () => {
    const files = [{ name: 'c.tmpl', text: '{{ define "team.text" }}\n{{ .Nope }}{{ end }}' }];
    const texts = rendering(FIRING, files);
    expect(await texts.html('text', '{{ template "team.text" . }}', 'a < b')).toBe('a &#60; b');
    expect(texts.failures).toEqual([
      expect.stringMatching(/^text: template: c\.tmpl:2:3: executing "team\.text" at <\.Nope>: /),
    ]);
    expect(texts.note).toMatch(
      /^A template of this notification failed, so this is a plain message\. text: template: c\.tmpl/,
    );
  });
});

it('a plain message says what matters and has an end', () => {
  const many = notificationOf(Array.from({ length: 60 }, (_, index) => ({ labels: { i: String(index) } })));
  const { plainText, plainTitle } = rendering(many);
  expect(plainTitle).toBe('[FIRING:60] Slow');
  expect(plainText).toMatch(/^firing: alertname=Slow, i=0\nhttp:\/\/sightline\/alerts\/[0-9a-f]{16}\n\n/);
  expect(plainText).toMatch(/\n\nand 10 more$/);
  expect(rendering().plainText).toContain('\nAnswers take 2 s\n');
});
