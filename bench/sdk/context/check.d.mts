import type { Observability } from '@sightline/sdk';

export interface Captured {
  /** What was written since the last call, as the ids that each line and span names and has. */
  take(requests: number): Promise<{
    lines: { id: number; requestId: string | undefined; trace: string | undefined; userId: string | undefined }[];
    spans: { id: number; trace: string }[];
  }>;
}

export interface Outcome {
  readonly requests: number;
  readonly lines: number;
  readonly spans: number;
  readonly headers: number;
  readonly wrong: readonly string[];
}

export function checkFramework(options: {
  framework: string;
  observability: Observability;
  captured: Captured;
  requests: number;
  connections?: number;
  outgoingEvery?: number;
}): Promise<Outcome>;
