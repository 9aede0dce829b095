/** A refusal that a handler decides on itself: an HTTP status with a message for the person who sent the request. */
import { SightlineError, type SightlineErrorOptions } from '@sightline/model';

export interface HttpErrorOptions extends SightlineErrorOptions {
  readonly headers?: Readonly<Record<string, string>>;
}

/** Its code is `http_` and the status. */
export class HttpError extends SightlineError<`http_${number}`> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, message: string, options: HttpErrorOptions = {}) {
    super(`http_${status}`, message, options);
    this.status = status;
    this.headers = options.headers ?? {};
  }
}
