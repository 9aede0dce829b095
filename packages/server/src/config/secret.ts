/** Secrets from configuration: they never print, and those in files are read at each use, so that rotation works. */
import { readFile } from 'node:fs/promises';
import { inspect } from 'node:util';
import type { Secret } from './prometheus/types.ts';

const MASK = '<secret>';

abstract class HiddenSecret implements Secret {
  abstract read(): Promise<string>;

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}

class TextSecret extends HiddenSecret {
  readonly #text: string;

  constructor(text: string) {
    super();
    this.#text = text;
  }

  override async read(): Promise<string> {
    return this.#text;
  }
}

class FileSecret extends HiddenSecret {
  readonly #file: string;

  constructor(file: string) {
    super();
    this.#file = file;
  }

  /** Surrounding white space is removed, as Prometheus does. Rejects when the file cannot be read. */
  override async read(): Promise<string> {
    return (await readFile(this.#file, 'utf8')).trim();
  }
}

export function secretFromText(text: string): Secret {
  return Object.freeze(new TextSecret(text));
}

export function secretFromFile(file: string): Secret {
  return Object.freeze(new FileSecret(file));
}
