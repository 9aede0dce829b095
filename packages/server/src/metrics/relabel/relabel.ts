/**
 * Relabeling: a list of rules that rewrites a label set or drops it. Rules are compiled once; patterns whose answer needs
 * no capture groups never reach the regular-expression engine.
 * Standard: Prometheus 3.x model/relabel (the meaning, not the code), names validated by the scheme of the scrape job.
 */
import { createHash } from 'node:crypto';
import { type AnchoredRegex, expandTemplate, isLegacyLabelName, type Labels } from '@sightline/model';
import type { RelabelConfig } from '../../config/prometheus/types.ts';
import { LabelBuilder } from './label-builder.ts';

/** Applies the rules in order. False when the label set is dropped; the builder is then in an undefined state. */
export type Relabeler = (builder: LabelBuilder) => boolean;

export interface RelabelOptions {
  /** Which names a computed target label may have; others leave the label set as it is. */
  readonly nameScheme: 'legacy' | 'utf8';
}

type Rule = (builder: LabelBuilder) => boolean;

export function compileRelabel(
  configs: readonly RelabelConfig[],
  options: RelabelOptions = { nameScheme: 'utf8' },
): Relabeler {
  const rules = configs.map((config) => compileRule(config, options));
  return (builder) => {
    for (const rule of rules) if (!rule(builder)) return false;
    return true;
  };
}

/** The relabelled set, or undefined when it is dropped. */
export function relabelLabels(relabel: Relabeler, labels: Labels): Labels | undefined {
  const builder = new LabelBuilder(labels);
  return relabel(builder) ? builder.labels() : undefined;
}

function compileRule(config: RelabelConfig, options: RelabelOptions): Rule {
  const { regex, targetLabel } = config;
  const source = sourceReader(config);
  switch (config.action) {
    case 'keep':
      return (builder) => regex.test(source(builder));
    case 'drop':
      return (builder) => !regex.test(source(builder));
    case 'keepequal':
      return (builder) => builder.get(targetLabel) === source(builder);
    case 'dropequal':
      return (builder) => builder.get(targetLabel) !== source(builder);
    case 'replace':
      return replaceRule(config, source, options);
    case 'lowercase':
      return setter(targetLabel, (builder) => toLower(source(builder)));
    case 'uppercase':
      return setter(targetLabel, (builder) => toUpper(source(builder)));
    case 'hashmod':
      return setter(targetLabel, (builder) => hashMod(source(builder), config.modulus));
    case 'labelmap':
      return labelMapRule(config);
    case 'labeldrop':
      return nameFilter((name) => !regex.test(name));
    case 'labelkeep':
      return nameFilter((name) => regex.test(name));
  }
}

function sourceReader({ sourceLabels, separator }: RelabelConfig): (builder: LabelBuilder) => string {
  const first = sourceLabels[0];
  if (first === undefined) return () => '';
  if (sourceLabels.length === 1) return (builder) => builder.get(first);
  return (builder) => {
    let out = builder.get(first);
    for (let i = 1; i < sourceLabels.length; i++) out += separator + builder.get(sourceLabels[i] as string);
    return out;
  };
}

function setter(target: string, value: (builder: LabelBuilder) => string): Rule {
  return (builder) => {
    builder.set(target, value(builder));
    return true;
  };
}

function replaceRule(
  { regex, targetLabel, replacement }: RelabelConfig,
  source: (builder: LabelBuilder) => string,
  { nameScheme }: RelabelOptions,
): Rule {
  const targetOf = templateExpander(regex, targetLabel);
  const expand = templateExpander(regex, replacement);
  const isTargetFixed = !targetLabel.includes('$');
  const isFixedValid = isTargetFixed && isLabelName(targetLabel, nameScheme);
  return (builder) => {
    const text = source(builder);
    const value = expand(text);
    if (value === undefined) return true;
    const target = isTargetFixed ? targetLabel : (targetOf(text) as string);
    if (isTargetFixed ? isFixedValid : isLabelName(target, nameScheme)) builder.set(target, value);
    return true;
  };
}

/** Expands `template` with the groups of `regex` over a text; undefined when the text does not match. */
function templateExpander(regex: AnchoredRegex, template: string): (text: string) => string | undefined {
  if (!template.includes('$')) return (text) => (regex.test(text) ? template : undefined);
  // The default pattern: group 0 and group 1 are the whole text.
  if (regex.source === '(.*)') {
    if (template === '$1' || template === '${1}') return (text) => text;
    return (text) => expandTemplate(template, (group) => (/^0*[01]$/.test(group) ? text : ''));
  }
  return (text) => (regex.test(text) ? regex.expand(text, template) : undefined);
}

function labelMapRule({ regex, replacement }: RelabelConfig): Rule {
  const nameOf = templateExpander(regex, replacement);
  return (builder) => {
    for (const [name, value] of builder.entries()) {
      const mapped = nameOf(name);
      if (mapped !== undefined && mapped !== '') builder.set(mapped, value);
    }
    return true;
  };
}

function nameFilter(isKept: (name: string) => boolean): Rule {
  return (builder) => {
    for (const [name] of builder.entries()) if (!isKept(name)) builder.delete(name);
    return true;
  };
}

function isLabelName(name: string, scheme: 'legacy' | 'utf8'): boolean {
  return scheme === 'legacy' ? isLegacyLabelName(name) : name !== '';
}

/** The last eight bytes of the MD5, big-endian, as Prometheus has always taken them. */
function hashMod(text: string, modulus: bigint): string {
  const digest = createHash('md5').update(text).digest();
  return (digest.readBigUInt64BE(8) % modulus).toString();
}

/** One code point to one code point, as Go's strings.ToLower: no context, no expansion. */
function toLower(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  let out = '';
  for (const char of text) out += firstCodePoint(char.toLowerCase());
  return out;
}

/** As toLower; letters whose upper case is several letters (ß) stay as they are. */
function toUpper(text: string): string {
  if (isAscii(text)) return text.toUpperCase();
  let out = '';
  for (const char of text) {
    const upper = char.toUpperCase();
    out += firstCodePoint(upper) === upper ? upper : char;
  }
  return out;
}

function firstCodePoint(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) as number);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}
