/** Silences, over Alertmanager's own API, and what one would keep quiet. */
import type { SilencePreview, SilencePreviewRequest } from '@sightline/api-types';
import { type ApiMatcher, type Matcher, toApi } from '../lib/matchers.ts';
import { requestJson } from './client.ts';

/** As `GET /api/v2/silences` has it; times are RFC 3339. */
export interface Silence {
  readonly id: string;
  readonly status: { readonly state: 'active' | 'pending' | 'expired' };
  readonly matchers: readonly ApiMatcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly updatedAt: string;
  readonly createdBy: string;
  readonly comment: string;
  /** Of other programs; absent without any. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** What the silences page needs of `GET /api/v2/alerts`. */
export interface HeldAlert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly status: { readonly silencedBy: readonly string[] };
}

export interface SilenceDraft {
  /** Of the silence that it changes. */
  readonly id?: string;
  readonly matchers: readonly Matcher[];
  readonly startsAtMs: number;
  readonly endsAtMs: number;
  readonly createdBy: string;
  readonly comment: string;
  readonly annotations?: Silence['annotations'];
}

export const listSilences = (signal?: AbortSignal): Promise<readonly Silence[]> =>
  requestJson('api/v2/silences', { signal }) as Promise<readonly Silence[]>;

/** Alerts that a silence or another alert keeps quiet. */
export const heldAlerts = (signal?: AbortSignal): Promise<readonly HeldAlert[]> =>
  requestJson('api/v2/alerts', { params: { active: 'false' }, signal }) as Promise<readonly HeldAlert[]>;

/** Every alert that fires, silenced or not. */
export const allAlerts = (signal?: AbortSignal): Promise<readonly HeldAlert[]> =>
  requestJson('api/v2/alerts', { signal }) as Promise<readonly HeldAlert[]>;

/** Gives the id. Changing matchers or the start of one that is active ends it and makes another. */
export async function saveSilence(draft: SilenceDraft): Promise<string> {
  const { id, matchers, startsAtMs, endsAtMs, createdBy, comment, annotations } = draft;
  const body = {
    ...(id === undefined ? {} : { id }),
    matchers: matchers.map(toApi),
    startsAt: new Date(startsAtMs).toISOString(),
    endsAt: new Date(endsAtMs).toISOString(),
    createdBy,
    comment,
    ...(annotations === undefined ? {} : { annotations }),
  };
  return ((await requestJson('api/v2/silences', { body })) as { silenceID: string }).silenceID;
}

export async function expireSilence(id: string): Promise<void> {
  await requestJson(`api/v2/silence/${encodeURIComponent(id)}`, { method: 'DELETE' });
}

export function previewSilence(matchers: readonly Matcher[], signal?: AbortSignal): Promise<SilencePreview> {
  const body: SilencePreviewRequest = { matchers: matchers.map(toApi) };
  return requestJson('api/sightline/v1/silences/preview', { body, signal }) as Promise<SilencePreview>;
}
