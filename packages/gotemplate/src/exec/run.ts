/** The state of one execution: output, position for errors, the bounds that stop runaway templates, and pending queries. */
import { FunctionError, TemplateError } from '../errors.ts';
import { quote } from '../format/bytes.ts';
import { locationOf, nodeText, type TemplateTreeNode } from '../parse/nodes.ts';
import type { GoValue } from '../value/values.ts';
import type { CompiledTemplate } from './compile.ts';

/** What functions see of the world outside the template. */
export interface Environment {
  /** The moment of `now` and `since`, milliseconds since the epoch; the clock when absent. */
  readonly nowMs?: number;
  /** The server's own URL, for `externalURL` and `pathPrefix`. */
  readonly externalUrl?: string;
  /** Runs a PromQL expression at the moment of the expansion. Its error's message is shown to the user. */
  readonly query?: (expression: string) => Promise<readonly QuerySample[]> | readonly QuerySample[];
}

export interface QuerySample {
  readonly labels: Iterable<readonly [string, string]>;
  readonly value: number;
}

export interface Limits {
  /** Nodes and calls executed, text produced counted in. */
  readonly steps: number;
  /** UTF-16 units of the output, and of any text made on the way. */
  readonly outputLength: number;
  /** Templates called within templates. */
  readonly depth: number;
  readonly milliseconds: number;
  /** Queries that one expansion may wait for. */
  readonly queries: number;
}

export const DEFAULT_LIMITS: Limits = {
  steps: 1_000_000,
  outputLength: 1_048_576,
  depth: 200,
  milliseconds: 5_000,
  queries: 200,
};

/** Text of this length costs one step. */
const TEXT_PER_STEP = 64;
const STEPS_PER_CLOCK = 2_048;

/** Thrown to leave the execution until `promise` is settled; the execution then starts again and finds the result. */
export class Pending extends Error {
  readonly promise: Promise<void>;

  constructor(promise: Promise<void>) {
    super('waiting for a query');
    this.promise = promise;
  }
}

type Settled = { readonly value: GoValue } | { readonly error: unknown };

/** What was asked for in an earlier attempt of the same expansion. */
export class Answers {
  readonly #settled = new Map<string, Settled>();

  get size(): number {
    return this.#settled.size;
  }

  /** The value of what `start` gives; throws Pending when that is not there yet. Each key is started once. */
  get<T>(key: string, start: () => Promise<T> | T, toValue: (result: T) => GoValue): GoValue {
    const known = this.#settled.get(key) ?? this.#start(key, start, toValue);
    if ('error' in known) throw asFunctionError(known.error);
    return known.value;
  }

  #start<T>(key: string, start: () => Promise<T> | T, toValue: (result: T) => GoValue): Settled {
    const settle = (settled: Settled): Settled => {
      this.#settled.set(key, settled);
      return settled;
    };
    let result: Promise<T> | T;
    try {
      result = start();
    } catch (error) {
      return settle({ error });
    }
    if (!(result instanceof Promise)) return settle({ value: toValue(result) });
    throw new Pending(
      result.then(
        (value) => void settle({ value: toValue(value) }),
        (error: unknown) => void settle({ error }),
      ),
    );
  }
}

function asFunctionError(error: unknown): FunctionError {
  return new FunctionError(error instanceof Error ? error.message : String(error), { cause: error });
}

export interface RunOptions {
  readonly templateName: string;
  readonly find: (name: string) => CompiledTemplate | undefined;
  readonly environment: Environment;
  readonly answers: Answers;
  readonly limits: Limits;
  /** When the execution began, on the clock of performance.now. */
  readonly started: number;
}

export class Run {
  /** The template of this name, of the set that is executed. */
  readonly find: (name: string) => CompiledTemplate | undefined;
  readonly environment: Environment;
  readonly answers: Answers;
  readonly limits: Limits;
  out = '';
  /** Where errors are reported: the node being evaluated, in the template of this name. */
  node: TemplateTreeNode | undefined;
  templateName: string;
  depth = 0;
  variables: GoValue[] = [];
  readonly #started: number;
  #steps = 0;
  #nextClock = STEPS_PER_CLOCK;

  constructor(options: RunOptions) {
    this.templateName = options.templateName;
    this.find = options.find;
    this.environment = options.environment;
    this.answers = options.answers;
    this.limits = options.limits;
    this.#started = options.started;
  }

  write(text: string): void {
    this.out += text;
    if (this.out.length > this.limits.outputLength) this.#exceeded(`output of ${this.limits.outputLength} characters`);
  }

  step(count = 1): void {
    this.#steps += count;
    if (this.#steps < this.#nextClock) return;
    this.#nextClock = this.#steps + STEPS_PER_CLOCK;
    if (this.#steps > this.limits.steps) this.#exceeded(`${this.limits.steps} steps`);
    if (performance.now() - this.#started > this.limits.milliseconds) this.#exceeded(`${this.limits.milliseconds} ms`);
  }

  /** Counts a text that a function is given. */
  consumed(text: string): void {
    if (text.length >= TEXT_PER_STEP) this.step(Math.floor(text.length / TEXT_PER_STEP));
  }

  /** Counts a text that a function made. */
  produced(text: string): void {
    if (text.length > this.limits.outputLength) this.#exceeded(`text of ${this.limits.outputLength} characters`);
    this.consumed(text);
  }

  enterTemplate(): void {
    this.depth++;
    if (this.depth > this.limits.depth)
      this.fail(`exceeded maximum template depth (${this.limits.depth})`, 'template_limit');
  }

  fail(message: string, code: 'template_exec' | 'template_limit' = 'template_exec', cause?: unknown): never {
    const where =
      this.node === undefined
        ? this.templateName
        : `${locationOf(this.node)}: executing ${quote(this.templateName)} at <${nodeText(this.node)}>`;
    throw new TemplateError(code, `template: ${where}: ${message}`, cause === undefined ? {} : { cause });
  }

  #exceeded(what: string): never {
    this.fail(`exceeded the limit of ${what}`, 'template_limit');
  }
}
