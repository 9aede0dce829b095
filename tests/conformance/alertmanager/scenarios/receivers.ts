/** Webhook receivers of one side: what each is told and when, answered as the scenario says. */
import { HttpRecorder } from '../../../../packages/server/src/alerting/testing/http-recorder.ts';

export interface Delivery {
  /** `/scenario/receiver/index`. */
  readonly path: string;
  readonly timeMs: number;
  /** What was answered. */
  readonly status: number;
  readonly body: WebhookBody;
}

export interface WebhookBody {
  readonly groupKey: string;
  readonly alerts: readonly WebhookAlert[];
}

export interface WebhookAlert {
  readonly status: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
}

export class Receivers {
  readonly deliveries: Delivery[] = [];
  readonly #recorder: HttpRecorder;
  readonly #statuses = new Map<string, number>();

  private constructor(recorder: HttpRecorder) {
    this.#recorder = recorder;
    recorder.answer(({ path, body }) => {
      const status = this.#statuses.get(path) ?? 200;
      this.deliveries.push({ path, status, timeMs: Date.now(), body: JSON.parse(body) as WebhookBody });
      return { status };
    });
  }

  static async start(): Promise<Receivers> {
    return new Receivers(await HttpRecorder.start());
  }

  get url(): string {
    return this.#recorder.url;
  }

  answer(path: string, status: number): void {
    this.#statuses.set(path, status);
  }

  close(): Promise<void> {
    return this.#recorder.close();
  }
}
