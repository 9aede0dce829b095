/** What functions and aggregations of the language do, in a line each. Loaded with the parser. */
import { AGGREGATIONS, FUNCTIONS, type ValueType } from '@sightline/promql';

const TYPES: Readonly<Record<ValueType, string>> = {
  vector: 'instant vector',
  matrix: 'range vector',
  scalar: 'number',
  string: 'text',
  none: 'nothing',
};

export interface LanguageDoc {
  /** `rate(range vector) → instant vector` */
  readonly signature: string;
  readonly doc: string;
}

export function languageDoc(name: string): LanguageDoc | null {
  const func = FUNCTIONS.find((one) => one.name === name);
  if (func !== undefined) {
    const args = func.argTypes.map((type) => TYPES[type]).join(', ');
    return {
      signature: `${name}(${args}${func.variadic === 0 ? '' : ' …'}) → ${TYPES[func.returnType]}`,
      doc: func.doc,
    };
  }
  const aggregation = AGGREGATIONS.find((one) => one.name === name.toLowerCase());
  if (aggregation === undefined) return null;
  const param = aggregation.param === undefined ? '' : `${TYPES[aggregation.param]}, `;
  return { signature: `${name} by (labels) (${param}instant vector)`, doc: aggregation.doc };
}
