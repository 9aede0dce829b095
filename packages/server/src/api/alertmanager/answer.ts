/**
 * Answers of the Alertmanager API v2. What a handler refuses is a JSON string; what does not fit the schema is an object with a code
 * of its validator. Source: Alertmanager api/v2 and go-openapi/errors.
 */
import { SightlineError } from '@sightline/model';
import type { HttpHandler, HttpOutput } from '../../lib/http.ts';
import { HttpError } from '../../lib/http-error.ts';

/** Codes of go-openapi's validator. */
export const SCHEMA_CODES = { type: 601, required: 602, tooFew: 612 } as const;

/** A request that is answered with a status other than 200. */
export class AlertmanagerApiError extends SightlineError<'refused' | 'schema'> {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, message: string, schemaCode?: number) {
    super(schemaCode === undefined ? 'refused' : 'schema', message);
    this.status = status;
    this.body = schemaCode === undefined ? message : { code: schemaCode, message };
  }
}

export function schemaError(code: number, message: string): AlertmanagerApiError {
  const isValidation = code >= 600;
  return new AlertmanagerApiError(isValidation ? 422 : code, message, code);
}

const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store' };

export function json(body: unknown, status = 200): HttpOutput {
  return { status, headers: JSON_HEADERS, body: `${JSON.stringify(body)}\n` };
}

export function empty(status = 200): HttpOutput {
  return { status, headers: { 'cache-control': 'no-store' } };
}

/** Turns refusals into answers; other errors are the server's to tell. */
export function answering(handler: HttpHandler): HttpHandler {
  return async (input) => {
    try {
      return await handler(input);
    } catch (error) {
      if (error instanceof AlertmanagerApiError) return json(error.body, error.status);
      if (!(error instanceof HttpError)) throw error;
      const { status, message } = error;
      return { ...json({ code: status, message }, status), headers: { ...JSON_HEADERS, ...error.headers } };
    }
  };
}
