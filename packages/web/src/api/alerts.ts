/** Alerts as people see them: instances, one alert with its past and its why, history, acknowledgements, notes. */
import type {
  AcknowledgeRequest,
  AlertDetail,
  AlertHistory,
  AlertIncidents,
  AlertList,
  AlertWhy,
  Runbook,
} from '@sightline/api-types';
import { requestJson } from './client.ts';

const BASE = 'api/sightline/v1';

const pathOf = (fingerprint: string, part = ''): string => `${BASE}/alerts/${encodeURIComponent(fingerprint)}${part}`;

export async function alertList(signal?: AbortSignal): Promise<AlertList> {
  return (await requestJson(`${BASE}/alerts`, { signal })) as AlertList;
}

export async function alertDetail(fingerprint: string, signal?: AbortSignal): Promise<AlertDetail> {
  return (await requestJson(pathOf(fingerprint), { signal })) as AlertDetail;
}

/** What was decided about an alert up to a time; now when it is null. */
export async function alertWhy(fingerprint: string, timeMs: number | null, signal?: AbortSignal): Promise<AlertWhy> {
  const params = { time: timeMs ?? undefined };
  return (await requestJson(pathOf(fingerprint, '/why'), { params, signal })) as AlertWhy;
}

export async function alertHistory(startMs: number, endMs: number, signal?: AbortSignal): Promise<AlertHistory> {
  const params = { start: Math.round(startMs), end: Math.round(endMs) };
  return (await requestJson(`${BASE}/alert-history`, { params, signal })) as AlertHistory;
}

export async function incidents(signal?: AbortSignal): Promise<AlertIncidents> {
  return (await requestJson(`${BASE}/incidents`, { signal })) as AlertIncidents;
}

export async function acknowledge(fingerprint: string, body: AcknowledgeRequest): Promise<void> {
  await requestJson(pathOf(fingerprint, '/acknowledge'), { body });
}

export async function takeBackAcknowledgement(fingerprint: string, by: string): Promise<void> {
  await requestJson(pathOf(fingerprint, '/acknowledge'), { method: 'DELETE', params: { by } });
}

export async function addNote(fingerprint: string, body: AcknowledgeRequest): Promise<void> {
  await requestJson(pathOf(fingerprint, '/notes'), { body });
}

/** What to do when a rule that comes with Sightline fires. */
export async function runbook(name: string, signal?: AbortSignal): Promise<Runbook> {
  return (await requestJson(`${BASE}/runbooks/${encodeURIComponent(name)}`, { signal })) as Runbook;
}
