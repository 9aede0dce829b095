import type { Sink } from '@sightline/sdk';
import type { Captured } from './check.mjs';

export function capture(): Captured & {
  readonly sink: Sink;
  onSpan(span: { readonly attributes: readonly unknown[]; readonly traceId: string }): void;
};
