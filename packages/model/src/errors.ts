/**
 * The base of every error Sightline throws on purpose: a stable code, what is wrong, and how to fix it.
 * Packages extend it with a closed union of codes; anything else that is thrown is a defect.
 */
export interface SightlineErrorOptions {
  /** What the person who reads the message can do about it. */
  hint?: string;
  cause?: unknown;
}

export class SightlineError<TCode extends string = string> extends Error {
  readonly code: TCode;
  readonly hint: string | undefined;

  constructor(code: TCode, message: string, options: SightlineErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.hint = options.hint;
  }
}
