/** Label matchers: `name op value`, as PromQL selectors, the series API and relabeling use them. */
import { quote, isLegacyLabelName } from './labels.ts';
import { compileAnchored, type AnchoredRegex } from './regex.ts';

export type MatchOp = '=' | '!=' | '=~' | '!~';

export class Matcher {
  readonly name: string;
  readonly op: MatchOp;
  readonly value: string;
  /** Set for =~ and !~. */
  readonly regex: AnchoredRegex | undefined;

  /** @throws RegexError when op is a regular-expression operator and the value is not valid RE2 */
  constructor(name: string, op: MatchOp, value: string) {
    this.name = name;
    this.op = op;
    this.value = value;
    this.regex = op === '=~' || op === '!~' ? compileAnchored(value) : undefined;
  }

  /** An absent label has the value ''. */
  matches(value: string): boolean {
    switch (this.op) {
      case '=':
        return value === this.value;
      case '!=':
        return value !== this.value;
      case '=~':
        return (this.regex as AnchoredRegex).test(value);
      case '!~':
        return !(this.regex as AnchoredRegex).test(value);
    }
  }

  matchesEmpty(): boolean {
    return this.matches('');
  }

  toString(): string {
    return `${isLegacyLabelName(this.name) ? this.name : quote(this.name)}${this.op}${quote(this.value)}`;
  }
}
