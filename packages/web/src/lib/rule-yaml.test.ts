import { describe, expect, it } from 'vitest';
import { asRuleFile } from './rule-yaml.ts';

describe('what is pasted', () => {
  it('is a file as it is, without its indentation', () => {
    expect(asRuleFile('groups:\n- name: a\n')).toEqual({ text: 'groups:\n- name: a\n', addedLines: 0 });
    expect(asRuleFile('  groups:\n    - name: a')).toEqual({ text: 'groups:\n  - name: a', addedLines: 0 });
  });

  it('is a group that gets a file around it', () => {
    const wanted = 'groups:\n  - name: a\n    rules: []';
    expect(asRuleFile('- name: a\n  rules: []')).toEqual({ text: wanted, addedLines: 1 });
    expect(asRuleFile('name: a\nrules: []')).toEqual({ text: wanted, addedLines: 1 });
  });

  it('is one rule or a list of them', () => {
    const head = 'groups:\n  - name: pasted\n    rules:\n';
    expect(asRuleFile('alert: A\nexpr: up == 0')).toEqual({
      text: `${head}      - alert: A\n        expr: up == 0`,
      addedLines: 3,
    });
    expect(asRuleFile('      - record: a\n        expr: up\n      - alert: B\n        expr: a')).toEqual({
      text: `${head}      - record: a\n        expr: up\n      - alert: B\n        expr: a`,
      addedLines: 3,
    });
    expect(asRuleFile('# why\nalert: A\n\nexpr: up').text).toBe(`${head}# why\n      - alert: A\n\n        expr: up`);
  });

  it('is left alone when it is something else', () => {
    expect(asRuleFile('scrape_configs: []')).toEqual({ text: 'scrape_configs: []', addedLines: 0 });
    expect(asRuleFile('')).toEqual({ text: '', addedLines: 0 });
  });
});
