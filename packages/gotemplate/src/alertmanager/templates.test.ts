import { describe, expect, it } from 'vitest';
import { TemplateError } from '../errors.ts';
import type { NotificationData } from './data.ts';
import { NotificationTemplates } from './templates.ts';

const data: NotificationData = {
  receiver: 'r',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { job: 'a', alertname: 'X', b: '<2>' },
      annotations: {},
      startsAt: '2024-07-15T12:00:00.5Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://p/g',
      fingerprint: 'f1',
    },
  ],
  groupLabels: { job: 'a', alertname: 'X' },
  commonLabels: {},
  commonAnnotations: { link: 'weird:thing', q: 'a%20b+c%C3%BC' },
  externalURL: 'http://am',
};

const templates = new NotificationTemplates([
  { name: 'my.tmpl', text: '{{ define "who" }}<{{ .Receiver }}>{{ end }}' },
]);
const START = '(index .Alerts 0).StartsAt';

describe('functions newer than amtool 0.25', () => {
  const nowMs = Date.UTC(2024, 6, 15, 12, 1, 30, 500);
  it.each([
    [`{{ date "15:04 MST" ${START} }}`, '12:00 UTC'],
    [`{{ ${START} | tz "Europe/Paris" | date "15:04 MST" }}`, '14:00 CEST'],
    [`{{ since ${START} }} {{ since ${START} | humanizeDuration }}`, '1m30s 1m 30s'],
    ['{{ humanizeDuration 3661 }} {{ humanizeDuration "0.5" }}', '1h 1m 1s 500ms'],
    ['{{ urlUnescape .CommonAnnotations.q }}', 'a b cü'],
    ['{{ trimSpace " \\t a b\\n" }}|', 'a b|'],
    [
      '{{ toJson .GroupLabels }} {{ toJson "<&>" }} {{ toJson 1.5 }} {{ toJson nil }}',
      '{"alertname":"X","job":"a"} "\\u003c\\u0026\\u003e" 1.5 null',
    ],
    [
      '{{ toJson .Alerts }}',
      '[{"status":"firing","labels":{"alertname":"X","b":"\\u003c2\\u003e","job":"a"},"annotations":{},"startsAt":"2024-07-15T12:00:00.5Z","endsAt":"0001-01-01T00:00:00Z","generatorURL":"http://p/g","fingerprint":"f1"}]',
    ],
    ['{{ .GroupLabels }}|{{ .GroupLabels.SortedPairs }}|{{ .CommonLabels }}', 'alertname=X, job=a|alertname=X, job=a|'],
    ['{{ template "who" . }}', '<r>'],
    ['{{ toJson (append (list 1 "a") (dict "k" .Status)) }}', '[1,"a",{"k":"firing"}]'],
    ['{{ $l := list }}{{ range $k, $v := .GroupLabels }}{{ $l = append $l $k }}{{ end }}{{ $l }}', '[alertname job]'],
  ])('%s', (text, expected) => {
    expect(templates.text(text, data, { nowMs })).toBe(expected);
  });

  it.each([
    [`{{ tz "No/Where" ${START} }}`, 'error calling tz: unknown time zone No/Where'],
    ['{{ dict "a" }}', 'error calling dict: dict needs a value for every key'],
    ['{{ dict 1 2 }}', 'error calling dict: dict keys must be strings, not int'],
    ['{{ urlUnescape "%zz" }}', 'error calling urlUnescape: invalid URL escape "%zz"'],
    ['{{ .Nope }}', `template: :1:3: executing "" at <.Nope>: can't evaluate field Nope in type *template.Data`],
    ['{{ humanizeDuration .Alerts }}', "error calling humanizeDuration: can't convert template.Alerts to float"],
  ])('%s fails', (text, message) => {
    expect(() => templates.text(text, data)).toThrow(message);
  });
});

describe('HTML', () => {
  it.each([
    ['<a href="{{ .CommonAnnotations.link }}">', '<a href="#ZgotmplZ">'],
    ['<a href="{{ safeUrl .CommonAnnotations.link }}">', '<a href="weird:thing">'],
    ['<p title={{ .CommonLabels.none }}>', '<p title=ZgotmplZ>'],
    ['{{ template "who" . }}', '&lt;r>'],
    ['<p style="color: {{ "a<b" }}">', '<p style="color: ZgotmplZ">'],
    ['', ''],
  ])('%s', (text, expected) => {
    expect(templates.html(text, data)).toBe(expected);
  });

  it('leaves the templates as they are for text', () => {
    const text = '{{ template "who" . }}{{ index (index .Alerts 0).Labels "b" }}';
    expect(templates.html(text, data)).toBe('&lt;r>&lt;2&gt;');
    expect(templates.text(text, data)).toBe('<r><2>');
    expect(templates.html(`<p title="${text}">`, data)).toBe('<p title="<r>&lt;2&gt;">');
  });

  it('refuses a place without a single context', () => {
    expect(() => templates.html('{{ if true }}<a href="{{ end }}{{ 1 }}', data)).toThrow(TemplateError);
  });
});

it.each([
  '{{ $x }}',
  '{{ toJson $x }}',
  '{{ printf "%v" $x }}',
  '{{ print $x | len }}',
  '{{ html $x }}',
  '{{ eq $x $x }}',
])('does not write out values that share parts without end: %s', (text) => {
  const doubling = `{{ $x := list 1 }}${'{{ $x = list $x $x }}'.repeat(60)}`;
  expect(() => templates.text(doubling + text, data)).toThrow('formatted text is longer than 4194304');
  expect(() => templates.html(doubling + text, data)).toThrow('formatted text is longer than 4194304');
});

it.each([
  '{{ reReplaceAll "" $x $x }}',
  '{{ join $x (stringSlice "" "" "" "" "" "" "") }}',
  '{{ print $x $x $x $x $x $x $x }}',
  '{{ println $x $x $x $x $x $x $x }}',
])('bounds what long texts become: %s', (text) => {
  const long = `{{ $x := "0123456789" }}${'{{ $x = print $x $x }}'.repeat(16)}`;
  expect(() => templates.text(long + text, data)).toThrow(/longer than 4194304|limit of/);
});

it('refuses a file that is not a template, by its name', () => {
  expect(() => new NotificationTemplates([{ name: 'bad.tmpl', text: 'a\n{{ if }}' }])).toThrow(
    'template: bad.tmpl:2: missing value for if',
  );
});
