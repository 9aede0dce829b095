/** The data of notification templates: Alertmanager's template.Data with the methods of its maps and lists. */
import { compareText } from '../format/print.ts';
import { parseTime, TIME } from '../time/time.ts';
import { type GoFunction, type GoType, pointerTo, STRING, STRING_MAP, STRING_SLICE, sliceOf } from '../value/types.ts';
import { GoMap, GoPointer, GoSlice, GoStruct, type GoValue, stringSlice, zeroValue } from '../value/values.ts';

/** One alert as the webhook payload has it; times in RFC 3339. */
export interface NotificationAlert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

export interface NotificationData {
  readonly receiver: string;
  readonly status: string;
  readonly alerts: readonly NotificationAlert[];
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly externalURL: string;
}

function method(call: GoFunction['call'], params: readonly GoType[] = []): GoFunction {
  return { params, call };
}

const PAIR: GoType = {
  kind: 'struct',
  name: 'template.Pair',
  fields: [
    { name: 'Name', type: STRING },
    { name: 'Value', type: STRING },
  ],
};

type Pair = readonly [name: string, value: string];

/** The label alertname first, the others by name. */
function sortedPairs(map: GoValue): Pair[] {
  const entries = map instanceof GoMap ? [...(map.entries ?? [])] : [];
  return entries
    .map(([name, value]): Pair => [name, typeof value === 'string' ? value : ''])
    .sort(([a], [b]) => Number(b === 'alertname') - Number(a === 'alertname') || compareText(a, b));
}

function pairsOf(slice: GoValue): Pair[] {
  const items = slice instanceof GoSlice ? (slice.items ?? []) : [];
  return items.map((item): Pair => {
    const [name, value] = item instanceof GoStruct ? item.values : [];
    return [typeof name === 'string' ? name : '', typeof value === 'string' ? value : ''];
  });
}

function pairsText(pairs: readonly Pair[]): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join(', ');
}

function pairMethods(pairs: (self: GoValue) => Pair[]): [string, GoFunction][] {
  return [
    ['Names', method((_args, self) => stringSlice(pairs(self).map(([name]) => name)))],
    ['Values', method((_args, self) => stringSlice(pairs(self).map(([, value]) => value)))],
    ['String', method((_args, self) => pairsText(pairs(self)))],
  ];
}

const PAIRS: GoType = {
  kind: 'slice',
  name: 'template.Pairs',
  elem: PAIR,
  underlying: sliceOf(PAIR),
  methods: new Map(pairMethods(pairsOf)),
  text: (value) => pairsText(pairsOf(value)),
};

function remove([keys]: readonly GoValue[], self: GoValue): GoValue {
  const removed = new Set(keys instanceof GoSlice ? keys.items : []);
  const entries = self instanceof GoMap ? [...(self.entries ?? [])] : [];
  return new GoMap(KV, new Map(entries.filter(([name]) => !removed.has(name))));
}

const KV: GoType = {
  kind: 'map',
  name: 'template.KV',
  elem: STRING,
  underlying: STRING_MAP,
  methods: new Map([
    ...pairMethods(sortedPairs),
    [
      'SortedPairs',
      method(
        (_args, self) =>
          new GoSlice(
            PAIRS,
            sortedPairs(self).map((pair) => new GoStruct(PAIR, pair)),
          ),
      ),
    ],
    ['Remove', method(remove, [STRING_SLICE])],
  ]),
  text: (value) => pairsText(sortedPairs(value)),
};

const ALERT: GoType = {
  kind: 'struct',
  name: 'template.Alert',
  fields: [
    { name: 'Status', type: STRING, json: 'status' },
    { name: 'Labels', type: KV, json: 'labels' },
    { name: 'Annotations', type: KV, json: 'annotations' },
    { name: 'StartsAt', type: TIME, json: 'startsAt' },
    { name: 'EndsAt', type: TIME, json: 'endsAt' },
    { name: 'GeneratorURL', type: STRING, json: 'generatorURL' },
    { name: 'Fingerprint', type: STRING, json: 'fingerprint' },
  ],
};
const ALERT_SLICE = sliceOf(ALERT);

function withStatus(status: string): GoFunction {
  return method((_args, self) => {
    const items = self instanceof GoSlice ? (self.items ?? []) : [];
    return new GoSlice(
      ALERT_SLICE,
      items.filter((item) => item instanceof GoStruct && item.values[0] === status),
    );
  });
}

const ALERTS: GoType = {
  kind: 'slice',
  name: 'template.Alerts',
  elem: ALERT,
  underlying: ALERT_SLICE,
  methods: new Map([
    ['Firing', withStatus('firing')],
    ['Resolved', withStatus('resolved')],
  ]),
};

const DATA: GoType = {
  kind: 'struct',
  name: 'template.Data',
  fields: [
    { name: 'Receiver', type: STRING, json: 'receiver' },
    { name: 'Status', type: STRING, json: 'status' },
    { name: 'Alerts', type: ALERTS, json: 'alerts' },
    { name: 'GroupLabels', type: KV, json: 'groupLabels' },
    { name: 'CommonLabels', type: KV, json: 'commonLabels' },
    { name: 'CommonAnnotations', type: KV, json: 'commonAnnotations' },
    { name: 'ExternalURL', type: STRING, json: 'externalURL' },
  ],
};
const DATA_POINTER = pointerTo(DATA);

function kv(entries: Readonly<Record<string, string>>): GoMap {
  return new GoMap(KV, new Map(Object.entries(entries)));
}

function time(text: string): GoValue {
  return parseTime(text) ?? zeroValue(TIME);
}

/** The notification as templates see it: a pointer to template.Data. */
export function notificationData(data: NotificationData): GoPointer {
  const alerts = data.alerts.map(
    (alert) =>
      new GoStruct(ALERT, [
        alert.status,
        kv(alert.labels),
        kv(alert.annotations),
        time(alert.startsAt),
        time(alert.endsAt),
        alert.generatorURL,
        alert.fingerprint,
      ]),
  );
  return new GoPointer(
    DATA_POINTER,
    new GoStruct(DATA, [
      data.receiver,
      data.status,
      new GoSlice(ALERTS, alerts),
      kv(data.groupLabels),
      kv(data.commonLabels),
      kv(data.commonAnnotations),
      data.externalURL,
    ]),
  );
}
