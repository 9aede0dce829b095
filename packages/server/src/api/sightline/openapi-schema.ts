/** The few shapes that the schemas of the OpenAPI document are made of. */
export type Schema = Readonly<Record<string, unknown>>;

export const TEXT: Schema = { type: 'string' };
export const TEXT_OR_NULL: Schema = { type: ['string', 'null'] };
export const NUMBER: Schema = { type: 'number' };
export const NUMBER_OR_NULL: Schema = { type: ['number', 'null'] };

export function object(properties: Readonly<Record<string, Schema>>): Schema {
  return { type: 'object', properties, required: Object.keys(properties) };
}

export function list(items: Schema): Schema {
  return { type: 'array', items };
}

export function choice(...values: readonly string[]): Schema {
  return { type: 'string', enum: values };
}

export interface Parameter {
  readonly name: string;
  readonly description: string;
}

/** One method of a path: what it does, what it answers, what it takes. */
export function operation(summary: string, schema: Schema, parameters: readonly Parameter[] = [], path = ''): Schema {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: TEXT,
  }));
  const inQuery = parameters.map((parameter) => ({ ...parameter, in: 'query', schema: TEXT }));
  const all = [...inPath, ...inQuery];
  return {
    summary,
    ...(all.length === 0 ? {} : { parameters: all }),
    responses: { 200: { description: 'OK', content: { 'application/json': { schema } } } },
  };
}
