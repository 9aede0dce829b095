import { expect, it } from 'vitest';
import { notificationOf } from '../testing/receiver-rig.ts';
import { PublishedGraphs } from './published-graphs.ts';

const graphOf = (text: string) => ({ png: Buffer.from(text), title: '', width: 1, height: 1, legend: [], hidden: 0 });
const nameOf = (url: string) => url.slice(url.lastIndexOf('/') + 1);

it('gives a picture an address, one for each notification', () => {
  const graphs = new PublishedGraphs();
  const notification = notificationOf([]);
  const url = graphs.publish(notification, graphOf('a'), 'http://sightline/');
  expect(url).toMatch(/^http:\/\/sightline\/api\/sightline\/v1\/alert-graphs\/[0-9a-f]{32}\.png$/);
  expect(graphs.publish(notification, graphOf('a'), 'http://sightline')).toBe(url);
  expect(graphs.get(nameOf(url))?.toString()).toBe('a');
  expect(graphs.get('00.png')).toBeUndefined();
});

it('keeps the newest hundred', () => {
  const graphs = new PublishedGraphs();
  const urls = Array.from({ length: 101 }, (_, at) => graphs.publish(notificationOf([]), graphOf(`${at}`), 'http://s'));
  expect(graphs.get(nameOf(urls[0] ?? ''))).toBeUndefined();
  expect(graphs.get(nameOf(urls[1] ?? ''))?.toString()).toBe('1');
  expect(graphs.get(nameOf(urls[100] ?? ''))?.toString()).toBe('100');
});
