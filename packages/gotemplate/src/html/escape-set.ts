import type { TemplateSet } from '../exec/set.ts';
export function escapeTemplateSet(set: TemplateSet, _name: string): TemplateSet {
  return set;
}
