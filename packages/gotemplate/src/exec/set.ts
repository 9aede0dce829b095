/** A set of templates that call one another by name, with their functions: Go's template.Template and its common part. */
import { BUILTINS } from '../builtins/builtins.ts';
import { FunctionError, TemplateError } from '../errors.ts';
import { quote, toWellFormed } from '../format/bytes.ts';
import type { ListNode } from '../parse/nodes.ts';
import { isEmptyTree, parseTemplate } from '../parse/parser.ts';
import type { GoValue } from '../value/values.ts';
import { type CompiledTemplate, compileTemplate, runTemplate } from './compile.ts';
import type { MissingKey, TemplateFunction } from './operands.ts';
import { Answers, DEFAULT_LIMITS, type Environment, type Limits, Pending, Run } from './run.ts';

export type FunctionMap = ReadonlyMap<string, TemplateFunction>;

export interface TemplateSetOptions {
  /** Functions beside the built-in ones; async ones answer through `Answers`. */
  readonly functions?: FunctionMap;
  /** What a missing key of a map gives: `<no value>`, the zero value of its elements, or an error. */
  readonly missingKey?: MissingKey;
  readonly limits?: Partial<Limits>;
}

export class TemplateSet {
  readonly #functions: FunctionMap;
  readonly #missingKey: MissingKey;
  readonly #limits: Limits;
  readonly #trees = new Map<string, ListNode>();
  /** By tree, shared with clones: compiled code finds other templates through the run. */
  #compiled = new WeakMap<ListNode, CompiledTemplate>();

  constructor(options: TemplateSetOptions = {}) {
    this.#functions = options.functions ?? new Map();
    this.#missingKey = options.missingKey ?? 'default';
    this.#limits = { ...DEFAULT_LIMITS, ...options.limits };
  }

  /** Names of the templates, in the order they were defined. */
  get names(): readonly string[] {
    return [...this.#trees.keys()];
  }

  tree(name: string): ListNode | undefined {
    return this.#trees.get(name);
  }

  /**
   * Adds the template `name` and those its text defines. A definition replaces an older one unless it is empty.
   * @throws TemplateError `template_parse` with Go's message
   */
  parse(name: string, text: string): void {
    const trees = parseTemplate(name, text, (word) => this.#function(word) !== undefined);
    for (const [key, tree] of trees) {
      if (this.#trees.has(key) && isEmptyTree(tree)) continue;
      this.#trees.set(key, tree);
    }
  }

  /** Adds trees as they are, replacing older ones. */
  add(trees: Iterable<readonly [string, ListNode]>): void {
    for (const [name, tree] of trees) this.#trees.set(name, tree);
  }

  /** A copy to which templates can be added without changing this set, with further functions. */
  clone(functions: FunctionMap = new Map()): TemplateSet {
    const all = functions.size === 0 ? this.#functions : new Map([...this.#functions, ...functions]);
    const copy = new TemplateSet({ functions: all, missingKey: this.#missingKey, limits: this.#limits });
    for (const [name, tree] of this.#trees) copy.#trees.set(name, tree);
    copy.#compiled = this.#compiled;
    return copy;
  }

  /**
   * Executes a template. The result is a promise only when a function had to wait, so plain templates cost no promise.
   * @throws TemplateError (or rejects with it) `template_exec` or `template_limit`, with Go's message
   */
  execute(name: string, data: GoValue, environment: Environment = {}): string | Promise<string> {
    const answers = new Answers();
    const started = performance.now();
    try {
      return this.#attempt(name, data, environment, answers, started);
    } catch (error) {
      if (error instanceof Pending) return this.#retry(error, name, data, environment, answers);
      throw error;
    }
  }

  async #retry(
    first: Pending,
    name: string,
    data: GoValue,
    environment: Environment,
    answers: Answers,
  ): Promise<string> {
    for (let pending = first; ; ) {
      if (answers.size >= this.#limits.queries) {
        throw new TemplateError(
          'template_limit',
          `template: ${name}: exceeded the limit of ${this.#limits.queries} queries`,
        );
      }
      await pending.promise;
      try {
        return this.#attempt(name, data, environment, answers, performance.now());
      } catch (error) {
        if (!(error instanceof Pending)) throw error;
        pending = error;
      }
    }
  }

  #attempt(name: string, data: GoValue, environment: Environment, answers: Answers, started: number): string {
    const run = new Run({
      templateName: name,
      find: (callee) => this.#find(callee),
      environment,
      answers,
      limits: this.#limits,
      started,
    });
    const template = this.#find(name);
    if (template === undefined) return run.fail(`no template ${quote(name)}`);
    try {
      runTemplate(run, template, data);
    } catch (error) {
      if (error instanceof RangeError && /call stack/i.test(error.message))
        run.fail('nested too deep', 'template_limit');
      // Only printing a value can end here: functions have their own place for errors.
      if (error instanceof FunctionError) return run.fail(error.message, 'template_limit', error);
      throw error;
    }
    return toWellFormed(run.out);
  }

  #find(name: string): CompiledTemplate | undefined {
    const tree = this.#trees.get(name);
    if (tree === undefined) return undefined;
    const known = this.#compiled.get(tree);
    if (known !== undefined) return known;
    const compiled = compileTemplate(name, tree, {
      missingKey: this.#missingKey,
      findFunction: (word) => this.#function(word),
    });
    this.#compiled.set(tree, compiled);
    return compiled;
  }

  #function(name: string): TemplateFunction | undefined {
    return this.#functions.get(name) ?? BUILTINS.get(name);
  }
}
