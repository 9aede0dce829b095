/** Runs the tests of files: rule files are read once for all of them, however many name them. */
import path from 'node:path';
import type { AnchoredRegex } from '@sightline/model';
import type { Expr } from '@sightline/promql';
import { diskFiles } from '../../config/file-access.ts';
import { unreadableFile } from '../../config/unreadable-file.ts';
import { type Diagnostic, hasErrors } from '../../lib/diagnostic.ts';
import { type LoadedRules, loadRuleFile } from '../rule-file/load.ts';
import type { RuleGroupSpec } from '../rule-file/types.ts';
import { globFiles } from './glob.ts';
import { loadUnitTests } from './load.ts';
import { canRunAhead } from './run-ahead.ts';
import { runTestGroup, type TestEnvironment, type TestGroupResult } from './run-group.ts';
import type { TestGroup, UnitTestFile } from './types.ts';

export interface UnitTestOptions {
  /** Only tests whose name it matches. */
  readonly run?: AnchoredRegex | undefined;
  readonly showDiff?: boolean;
  readonly enableExperimental?: boolean;
  readonly ignoreUnknownFields?: boolean;
  readonly signal?: AbortSignal;
  /** Told of each test, for a log of what takes its time. */
  readonly onTest?: (name: string, result: TestGroupResult, durationMs: number) => void;
}

export interface TestCaseReport {
  readonly name: string;
  readonly failures: readonly string[];
  readonly durationMs: number;
}

export interface UnitTestReport {
  /** As the user named it. */
  readonly file: string;
  readonly ok: boolean;
  /** Patterns that match no file. */
  readonly warnings: readonly string[];
  /** Why the file could not be run: mistakes in it or in its rule files. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: ReadonlyMap<string, string>;
  readonly tests: readonly TestCaseReport[];
}

export class UnitTestRunner {
  readonly #options: UnitTestOptions;
  readonly #ruleFiles = new Map<string, LoadedRules>();
  readonly #texts = new Map<string, string>();
  readonly #parsed = new Map<string, Expr>();

  constructor(options: UnitTestOptions = {}) {
    this.#options = options;
  }

  async run(file: string): Promise<UnitTestReport> {
    const text = this.#read(file);
    if (typeof text !== 'string') return this.#broken(file, [text]);
    const { tests: decoded, diagnostics } = loadUnitTests(file, text);
    if (decoded === undefined) return this.#broken(file, diagnostics);
    const warnings: string[] = [];
    const files = decoded.ruleFiles.map((pattern) => this.#glob(file, pattern, warnings));
    if (files.includes(undefined)) return this.#broken(file, [malformedPattern(file)], warnings);
    const chosen = decoded.tests
      .map((test, index) => ({ test, name: test.name === '' ? `unnamed#${index}` : test.name }))
      .filter(({ test }) => this.#options.run?.test(test.name) ?? true);
    const groups =
      chosen.length === 0
        ? []
        : this.#loadGroups(
            // A file that two patterns name is one file.
            [...new Set(files.flatMap((names) => names ?? []))],
            decoded,
          );
    if (!Array.isArray(groups)) return this.#broken(file, groups.diagnostics, warnings);
    const mayRunAhead = canRunAhead(groups.flatMap(({ rules }) => rules));
    const tests: TestCaseReport[] = [];
    for (const { test, name } of chosen) {
      tests.push(await this.#runTest(test, name, { groups, mayRunAhead }, decoded));
    }
    const ok = tests.every(({ failures }) => failures.length === 0);
    return { file, ok, warnings, diagnostics: [], sources: this.#texts, tests };
  }

  async #runTest(
    test: TestGroup,
    name: string,
    rules: Pick<TestEnvironment, 'groups' | 'mayRunAhead'>,
    { evaluationIntervalMs, fuzzyCompare }: UnitTestFile,
  ): Promise<TestCaseReport> {
    const began = performance.now();
    const result = await runTestGroup(test, {
      ...rules,
      evaluationIntervalMs,
      fuzzyCompare,
      showDiff: this.#options.showDiff ?? false,
      enableExperimental: this.#options.enableExperimental ?? false,
      parsed: this.#parsed,
      signal: this.#options.signal ?? new AbortController().signal,
    });
    const durationMs = performance.now() - began;
    this.#options.onTest?.(name, result, durationMs);
    return { name, failures: result.failures, durationMs };
  }

  #glob(file: string, pattern: string, warnings: string[]): string[] | undefined {
    const full = pattern === '' || path.isAbsolute(pattern) ? pattern : path.join(path.dirname(file), pattern);
    const found = globFiles(full);
    if (found?.length === 0) warnings.push(`no file match pattern ${full}`);
    return found;
  }

  /** Groups in the order of `group_eval_order`, those it does not name with its first; else as they stand in the files. */
  #loadGroups(
    files: readonly string[],
    { groupEvalOrder }: UnitTestFile,
  ): RuleGroupSpec[] | { diagnostics: Diagnostic[] } {
    const loaded = files.map((file) => this.#loadRules(file));
    const diagnostics = loaded.flatMap((rules) => rules.diagnostics);
    if (hasErrors(diagnostics)) return { diagnostics };
    const order = new Map(groupEvalOrder.map((name, index) => [name, index]));
    const placeOf = ({ name }: RuleGroupSpec) => order.get(name) ?? 0;
    return loaded.flatMap(({ groups }) => groups ?? []).sort((a, b) => placeOf(a) - placeOf(b));
  }

  #loadRules(file: string): LoadedRules {
    const known = this.#ruleFiles.get(file);
    if (known !== undefined) return known;
    const text = this.#read(file);
    const { enableExperimental, ignoreUnknownFields } = this.#options;
    const loaded =
      typeof text === 'string'
        ? loadRuleFile({
            file,
            text,
            enableExperimental: enableExperimental ?? false,
            ignoreUnknownFields: ignoreUnknownFields ?? false,
          })
        : { diagnostics: [text] };
    this.#ruleFiles.set(file, loaded);
    return loaded;
  }

  #read(file: string): string | Diagnostic {
    try {
      const text = diskFiles.readText(file);
      this.#texts.set(file, text);
      return text;
    } catch (error) {
      return unreadableFile(file, error);
    }
  }

  #broken(file: string, diagnostics: readonly Diagnostic[], warnings: readonly string[] = []): UnitTestReport {
    return { file, ok: false, warnings, diagnostics, sources: this.#texts, tests: [] };
  }
}

function malformedPattern(file: string): Diagnostic {
  return { severity: 'error', code: 'rules/file-pattern', file, message: 'syntax error in pattern of `rule_files`' };
}
