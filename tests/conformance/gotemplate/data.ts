/** The notification that the snippets are rendered with. */
import type { NotificationData } from '@sightline/gotemplate';

export const NOTIFICATION: NotificationData = {
  receiver: 'team-x',
  status: 'firing',
  alerts: [
    {
      status: 'firing',
      labels: { alertname: 'High "load"', instance: 'a.example.org:9100', job: 'node', severity: 'page', zone: 'eu' },
      annotations: { summary: 'Load <b>high</b> & rising', description: "it's 5% or more", unicode: 'Zürich 日本 ✓' },
      startsAt: '2023-04-05T06:07:08.091Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'http://prom.example.org/graph?g0.expr=up%20%3D%3D%200&g0.tab=1',
      fingerprint: 'a1b2c3',
    },
    {
      status: 'resolved',
      labels: { alertname: 'Down', instance: 'b:80', job: 'web' },
      annotations: {},
      startsAt: '2024-02-29T23:59:59.123456789+05:30',
      endsAt: '2024-03-01T00:10:00Z',
      generatorURL: 'javascript:alert(1)',
      fingerprint: 'ff00',
    },
  ],
  groupLabels: { alertname: 'x', job: 'node' },
  commonLabels: { job: 'node', a: '1', B: '2', 'weird-key': 'w' },
  commonAnnotations: {
    n: '42',
    f: '3.5',
    empty: '',
    url: 'https://h.example/p?a=b&c=d e',
    evil: 'javascript:alert("x")',
  },
  externalURL: 'http://am.example.org:9093/prefix',
};
