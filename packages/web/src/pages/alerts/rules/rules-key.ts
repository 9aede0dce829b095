/** The key of the rules in the cache: the list and a rule's page share the answer. */
export const RULES_KEY = ['rules'] as const;
