/**
 * Pictures for services that fetch them by their address, as Slack does: under names nobody can guess, the newest few. Services keep
 * a copy, so a picture need not live long here.
 */
import { randomBytes } from 'node:crypto';
import type { Notification } from '../receivers/receiver.ts';
import type { AlertGraph } from './alert-graph.ts';

const MAX_GRAPHS = 100;
const PATH = '/api/sightline/v1/alert-graphs/';

export class PublishedGraphs {
  readonly #pngs = new Map<string, Buffer>();
  readonly #urls = new WeakMap<Notification, string>();

  /** The address of the picture; the same for every try of a notification. */
  publish(notification: Notification, { png }: AlertGraph, externalUrl: string): string {
    const known = this.#urls.get(notification);
    if (known !== undefined) return known;
    const name = `${randomBytes(16).toString('hex')}.png`;
    this.#pngs.set(name, png);
    for (const oldest of this.#pngs.keys()) {
      if (this.#pngs.size <= MAX_GRAPHS) break;
      this.#pngs.delete(oldest);
    }
    const url = `${externalUrl.replace(/\/+$/, '')}${PATH}${name}`;
    this.#urls.set(notification, url);
    return url;
  }

  /** By the last part of its address; undefined when it was never there or is no more. */
  get(name: string): Buffer | undefined {
    return this.#pngs.get(name);
  }
}
