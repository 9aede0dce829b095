/** Requests for api-compare.test.ts. */

export interface ApiRequest {
  readonly name: string;
  readonly method?: string;
  /** Below /api/v2/. */
  readonly at: string;
  readonly body?: string;
  readonly type?: string;
  /** Where Sightline answers otherwise on purpose. */
  readonly difference?: Difference;
}

interface Difference {
  readonly reason: string;
  /** Missing: that of Alertmanager; only the words differ. */
  readonly status?: number;
}

const GO_WORDS: Difference = { reason: 'the place in the body instead of Go types and layouts' };
const MATCHER_WORDS: Difference = { reason: 'says what is wrong with the matcher, as later versions do' };
const UTF8_NAMES: Difference = { reason: 'since 0.27 any text is a label name', status: 200 };
const CRASH: Difference = { reason: 'Alertmanager crashes on null and cuts the connection', status: 400 };

/** By name of the request. */
const DIFFERENCES: Readonly<Record<string, Difference>> = {
  'alerts: a time that is a date': GO_WORDS,
  'alerts: a time that is none': GO_WORDS,
  'alerts: a time that is a number': GO_WORDS,
  'alerts: labels that are a list': GO_WORDS,
  'alerts: a label that is a number': GO_WORDS,
  'alerts: a list with text': GO_WORDS,
  'alerts: an object': GO_WORDS,
  'alerts: text': GO_WORDS,
  'alerts: half a list': GO_WORDS,
  'alerts: more after the list': { reason: 'what follows the list would be lost', status: 400 },
  'alerts: a label name of other letters': UTF8_NAMES,
  'alerts: an annotation name of other letters': UTF8_NAMES,
  'alerts: a list with null': CRASH,
  'silence: a matcher that is null': CRASH,
  'silence: a list': GO_WORDS,
  'silence: a matcher with a name of other letters': UTF8_NAMES,
  'DELETE an unknown silence': { reason: '404 since 0.26', status: 404 },
  'GET alerts?filter=': MATCHER_WORDS,
  'GET alerts?filter=x': MATCHER_WORDS,
  'GET alerts?filter==': MATCHER_WORDS,
  'GET alerts?filter=a=~(': MATCHER_WORDS,
  'GET alerts?filter=%7Ba=%22b%22%7D': MATCHER_WORDS,
  'GET alerts?filter=%7Balertname=%22A%22,job=%22x%22%7D': MATCHER_WORDS,
  'GET alerts?filter=a-b=c': UTF8_NAMES,
  'GET alerts/groups?filter=x': MATCHER_WORDS,
  'GET silences?filter=x': MATCHER_WORDS,
  'GET silences?filter=a%3D~%22(%22': MATCHER_WORDS,
  'PATCH alerts': { reason: 'a method that no path here takes is refused before /api/v2 sees it' },
  'HEAD alerts': { reason: 'HEAD is answered wherever GET is', status: 200 },
};

const FAR = '2099-01-01T00:00:00Z';
const NO_ID = '3fa85f64-5717-4562-b3fc-2c963f66afa6';

function alerts(name: string, body: unknown): ApiRequest {
  return { name: `alerts: ${name}`, method: 'POST', at: 'alerts', body: text(body) };
}

function silence(name: string, fields: object | string): ApiRequest {
  const whole = {
    matchers: [{ name: 'a', value: 'b', isRegex: false }],
    startsAt: '2098-01-01T00:00:00Z',
    endsAt: FAR,
    createdBy: 'anna',
    comment: 'c',
  };
  const body = typeof fields === 'string' ? fields : text({ ...whole, ...fields });
  return { name: `silence: ${name}`, method: 'POST', at: 'silences', body };
}

function reading(at: string): ApiRequest {
  return { name: `GET ${at}`, at };
}

function text(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}

const POSTS: readonly ApiRequest[] = [
  alerts('ordinary', [{ labels: { alertname: 'A', job: 'x' }, annotations: { s: 't' }, endsAt: FAR }]),
  alerts('without times', [{ labels: { alertname: 'B', severity: 'page' } }]),
  alerts('an end in the past', [{ labels: { alertname: 'Past' }, endsAt: '2020-01-01T00:00:00Z' }]),
  alerts('an end before the start', [{ labels: { alertname: 'X' }, startsAt: FAR, endsAt: '2020-01-01T00:00:00Z' }]),
  alerts('a start without an end, in the future', [{ labels: { alertname: 'Future' }, startsAt: FAR }]),
  alerts('zero times', [
    { labels: { alertname: 'Zero' }, startsAt: '0001-01-01T00:00:00Z', endsAt: '0001-01-01T00:00:00Z' },
  ]),
  alerts('times of another zone', [{ labels: { alertname: 'Zone' }, endsAt: '2099-01-01T00:00:00+02:00' }]),
  alerts('a time with a comma', [{ labels: { alertname: 'X' }, endsAt: '2099-01-01 00:00:00' }]),
  alerts('a time that is a date', [{ labels: { alertname: 'X' }, endsAt: '2099-01-01' }]),
  alerts('a time that is none', [{ labels: { alertname: 'X' }, endsAt: 'soon' }]),
  alerts('a time that is a number', [{ labels: { alertname: 'X' }, endsAt: 5 }]),
  alerts('empty values', [{ labels: { alertname: 'Empty', none: '' }, annotations: { none: '' } }]),
  alerts('only empty values', [{ labels: { none: '' } }]),
  alerts('no labels', [{}]),
  alerts('null labels', [{ labels: null }]),
  alerts('empty labels', [{ labels: {} }]),
  alerts('labels that are a list', [{ labels: [] }]),
  alerts('a label that is a number', [{ labels: { alertname: 5 } }]),
  alerts('a label that is null', [{ labels: { alertname: 'N', none: null } }]),
  alerts('no name', [{ labels: { job: 'nameless' } }]),
  alerts('a label without a name', [{ labels: { alertname: 'X', '': 'y' } }]),
  alerts('a good one beside bad ones', [{ labels: {} }, { labels: { alertname: 'Beside' } }, { labels: { '': 'x' } }]),
  alerts('an unknown field', [{ labels: { alertname: 'Unknown' }, more: 1, fingerprint: 'x', status: {} }]),
  alerts('a URL', [{ labels: { alertname: 'Url' }, generatorURL: 'http://a/b?c=d#e', endsAt: FAR }]),
  alerts('an empty URL', [{ labels: { alertname: 'NoUrl' }, generatorURL: '' }]),
  alerts('a URL that is none', [{ labels: { alertname: 'X' }, generatorURL: 'not a url' }]),
  alerts('a relative URL', [{ labels: { alertname: 'Relative' }, generatorURL: '/graph' }]),
  alerts('a list with null', '[null]'),
  alerts('a list with text', '["x"]'),
  alerts('an empty list', '[]'),
  alerts('null', 'null'),
  alerts('an object', '{}'),
  alerts('text', '"x"'),
  alerts('nothing', ''),
  alerts('half a list', '[{"labels":'),
  alerts('more after the list', '[] x'),
  { ...alerts('plain text', '[]'), type: 'text/plain' },
  { ...alerts('a form', 'a=b'), type: 'application/x-www-form-urlencoded' },
  { ...alerts('JSON with a charset', '[]'), type: 'application/json; charset=utf-8' },
  { ...alerts('a type that is none', '[]'), type: 'x' },
  alerts('an inhibited one', [
    { labels: { alertname: 'Slow', job: 'x' }, endsAt: FAR },
    { labels: { alertname: 'Dead', job: 'x' }, endsAt: FAR },
  ]),
];

const SILENCES: readonly ApiRequest[] = [
  silence('pending', {}),
  silence('active', {
    startsAt: '2020-01-01T00:00:00Z',
    matchers: [{ name: 'alertname', value: 'A', isRegex: false }],
  }),
  silence('every operator', {
    startsAt: '2098-02-01T00:00:00Z',
    matchers: [
      { name: 'a', value: 'b|c', isRegex: true, isEqual: false },
      { name: 'd', value: '.+', isRegex: true, isEqual: true },
      { name: 'e', value: 'f', isRegex: false, isEqual: false },
    ],
  }),
  silence('an end before the start', { endsAt: '2097-01-01T00:00:00Z' }),
  silence('an end like the start', { endsAt: '2098-01-01T00:00:00Z' }),
  silence('an end in the past', { startsAt: '2020-01-01T00:00:00Z', endsAt: '2020-01-02T00:00:00Z' }),
  silence('an unknown id', { id: NO_ID }),
  silence('an id that is none', { id: 'x' }),
  silence('no matchers', { matchers: [] }),
  silence('null matchers', { matchers: null }),
  silence('a matcher of the empty text', { matchers: [{ name: 'a', value: '', isRegex: false }] }),
  silence('a regex that matches nothing too', { matchers: [{ name: 'a', value: '.*', isRegex: true }] }),
  silence('a matcher without a name', { matchers: [{ name: '', value: 'x', isRegex: false }] }),
  silence('a matcher without value', { matchers: [{ name: 'a', isRegex: false }] }),
  silence('a matcher without isRegex', { matchers: [{ name: 'a', value: 'x' }] }),
  silence('a matcher that is empty', { matchers: [{}] }),
  silence('a matcher that is null', { matchers: [null] }),
  silence('a bad regex', { matchers: [{ name: 'a', value: '(', isRegex: true }] }),
  silence('no comment', { comment: undefined }),
  silence('an empty comment', { comment: '', startsAt: '2098-06-01T00:00:00Z' }),
  silence('nobody', { createdBy: undefined }),
  silence('an empty author', { createdBy: '', startsAt: '2098-07-01T00:00:00Z' }),
  silence('no start', { startsAt: undefined }),
  silence('no end', { endsAt: undefined }),
  silence('an empty object', '{}'),
  silence('a list', '[]'),
  silence('null', 'null'),
  silence('nothing', ''),
  { name: 'DELETE an unknown silence', method: 'DELETE', at: `silence/${NO_ID}` },
  { name: 'DELETE what is no id', method: 'DELETE', at: 'silence/x' },
  { name: 'DELETE nothing', method: 'DELETE', at: 'silence/' },
];

const READINGS: readonly ApiRequest[] = [
  'alerts',
  'alerts?filter=alertname=A',
  'alerts?filter=alertname%3D~%22A%7CB%22&filter=severity=page',
  'alerts?filter=severity=',
  'alerts?filter=severity!=',
  'alerts?filter=severity!~',
  'alerts?filter=none=~',
  'alerts?filter=',
  'alerts?filter=x',
  'alerts?filter==',
  'alerts?filter=a=b=c',
  'alerts?filter=a=~(',
  'alerts?filter=%7Ba=%22b%22%7D',
  'alerts?filter=%7Balertname=%22A%22,job=%22x%22%7D',
  'alerts?filter=a-b=c',
  'alerts?active=false',
  'alerts?silenced=false',
  'alerts?inhibited=false',
  'alerts?unprocessed=false',
  'alerts?active=false&silenced=false',
  'alerts?active=false&inhibited=false',
  'alerts?active=false&silenced=false&inhibited=false',
  'alerts?active=maybe',
  'alerts?active=',
  'alerts?active=0',
  'alerts?active=TRUE',
  'alerts?receiver=pager',
  'alerts?receiver=team.*',
  'alerts?receiver=team%5C.b',
  'alerts?receiver=a%7Cpager',
  'alerts?receiver=(',
  'alerts?receiver=',
  'alerts?unknown=1',
  'alerts/',
  'alerts/groups',
  'alerts/groups?receiver=team',
  'alerts/groups?receiver=team.*%7Cpager',
  'alerts/groups?receiver=(',
  'alerts/groups?filter=severity=page',
  'alerts/groups?filter=x',
  'alerts/groups?silenced=false&inhibited=false',
  'alerts/groups?active=false',
  'alerts/x',
  'receivers',
  'receivers/x',
  'silences',
  'silences?filter=a=b',
  'silences?filter=alertname=A',
  'silences?filter=alertname=~A',
  'silences?filter=x',
  'silences?filter=a%3D~%22(%22',
  `silence/${NO_ID}`,
  `silence/${NO_ID.toUpperCase()}`,
  `silence/${NO_ID.replaceAll('-', '')}`,
  'silence/x',
  'silence/',
  'silence',
  '',
  'x',
  'status/x',
].map(reading);

const METHODS: readonly ApiRequest[] = [
  ['PUT', 'alerts'],
  ['DELETE', 'alerts'],
  ['PATCH', 'alerts'],
  ['POST', 'alerts/groups'],
  ['POST', 'status'],
  ['POST', 'receivers'],
  ['PUT', 'silences'],
  ['DELETE', 'silences'],
  ['POST', `silence/${NO_ID}`],
  ['PUT', `silence/${NO_ID}`],
  ['POST', 'x'],
  ['HEAD', 'alerts'],
].map(([method = '', at = '']) => ({ name: `${method} ${at}`, method, at }));

/** What only Sightline takes comes last, so that it is not in what both list. */
const LAST: readonly ApiRequest[] = [
  // No time here; 1970 in Alertmanager, where such an alert is over before it began.
  alerts('a time that is empty', [{ labels: { alertname: 'EmptyTime' }, endsAt: '' }]),
  alerts('a label name of other letters', [{ labels: { alertname: 'X', 'a-b': 'y' } }]),
  alerts('an annotation name of other letters', [{ labels: { alertname: 'X' }, annotations: { 'a b': 'y' } }]),
  silence('a matcher with a name of other letters', { matchers: [{ name: 'a-b', value: 'x', isRegex: false }] }),
];

export const API_REQUESTS: readonly ApiRequest[] = [...POSTS, ...SILENCES, ...READINGS, ...METHODS, ...LAST].map(
  (request) => {
    const difference = DIFFERENCES[request.name];
    return difference === undefined ? request : { ...request, difference };
  },
);
