/** Receivers, the tree of routes, and trying both. */
import type { LabelSet, NotifyStatus, ReceiverTestResult, RouteTest, RouteTestResult } from '@sightline/api-types';
import { requestJson } from './client.ts';

const BASE = 'api/sightline/v1/notify';
/** A mail server that does not answer takes its time. */
const TEST_TIMEOUT_MS = 90_000;

export const notifyStatus = (signal?: AbortSignal): Promise<NotifyStatus> =>
  requestJson(BASE, { signal }) as Promise<NotifyStatus>;

export function tryRoute(labels: LabelSet, signal?: AbortSignal): Promise<RouteTestResult> {
  const body: RouteTest = { labels };
  return requestJson(`${BASE}/route`, { body, signal }) as Promise<RouteTestResult>;
}

export const testReceiver = (name: string): Promise<ReceiverTestResult> =>
  requestJson(`${BASE}/receivers/${encodeURIComponent(name)}/test`, {
    body: {},
    timeoutMs: TEST_TIMEOUT_MS,
  }) as Promise<ReceiverTestResult>;
