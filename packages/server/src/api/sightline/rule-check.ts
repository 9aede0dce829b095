/** `POST /api/sightline/v1/rules/check`: what is wrong with a file of rules, and where. Shapes: @sightline/api-types. */
import type { RuleCheck } from '@sightline/api-types';
import { findDuplicateRules } from '../../rules/rule-file/duplicates.ts';
import { loadRuleFile } from '../../rules/rule-file/load.ts';
import { ApiError } from '../http/errors.ts';
import { post, type Route } from '../http/route.ts';
import { json } from './json-answer.ts';
import { JsonBody } from './json-body.ts';
import { choice, list, NUMBER, NUMBER_OR_NULL, object, operation, type Schema, TEXT } from './openapi-schema.ts';

const PATH = '/api/sightline/v1/rules/check';
/** Read in one go, without a break for others. */
const MAX_LENGTH = 262_144;
const MAX_FINDINGS = 100;

const RULE_CHECK = object({
  isValid: { type: 'boolean' },
  ruleCount: NUMBER,
  findings: list(
    object({
      severity: choice('error', 'warning'),
      code: TEXT,
      message: TEXT,
      hint: TEXT,
      line: NUMBER_OR_NULL,
      column: NUMBER_OR_NULL,
    }),
  ),
});

export const RULE_CHECK_PATHS: Schema = {
  [PATH]: { post: operation('What is wrong with a file of rules, which is not loaded', RULE_CHECK) },
};

export function ruleCheckRoutes({ enableExperimental }: { readonly enableExperimental: boolean }): Route[] {
  return [
    post(PATH, async (input) => {
      const yaml = (await JsonBody.read(input)).text('yaml');
      if (yaml.length > MAX_LENGTH)
        throw new ApiError('bad_data', `the file is longer than ${MAX_LENGTH} characters; use sightline check rules`);
      return json(check(yaml, enableExperimental));
    }),
  ];
}

function check(yaml: string, enableExperimental: boolean): RuleCheck {
  const { groups, diagnostics } = loadRuleFile({ file: 'rules.yml', text: yaml, enableExperimental });
  const duplicates = groups === undefined ? [] : findDuplicateRules(groups);
  const findings = [
    ...diagnostics.map(({ severity, code, message, hint, start }) => ({
      severity,
      code,
      message,
      hint: hint ?? '',
      line: start?.line ?? null,
      column: start?.column ?? null,
    })),
    ...duplicates.map(({ name }) => ({
      severity: 'warning' as const,
      code: 'rules/duplicate',
      message: `${name} is there more than once with the same labels`,
      hint: 'tell them apart by a label, or remove one',
      line: null,
      column: null,
    })),
  ];
  return {
    isValid: groups !== undefined,
    ruleCount: groups?.reduce((sum, { rules }) => sum + rules.length, 0) ?? 0,
    findings: findings.slice(0, MAX_FINDINGS),
  };
}
