/** Compares what routes answer with what the OpenAPI document says. */
import type { HttpInput } from '../../../lib/http.ts';
import type { Route } from '../../http/route.ts';
import { openapiDocument } from '../openapi.ts';

interface Schema {
  readonly type: string | readonly string[];
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Every mismatch of a value and a schema; a property that the schema does not know is one too. */
function mismatches(value: unknown, schema: Schema, path: string): string[] {
  const type = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  if (![schema.type].flat().includes(type)) return [`${path} is ${type}, not ${String(schema.type)}`];
  if (schema.enum !== undefined && !schema.enum.includes(value as string)) return [`${path} is not in the list`];
  if (Array.isArray(value)) {
    return value.flatMap((item, i) => mismatches(item, schema.items as Schema, `${path}[${i}]`));
  }
  if (type !== 'object' || schema.properties === undefined) return [];
  const { properties } = schema;
  const object = value as Record<string, unknown>;
  const missing = Object.keys(properties).filter((name) => !(name in object));
  const extra = Object.keys(object).filter((name) => !(name in properties));
  return [
    ...missing.map((name) => `${path}.${name} is missing`),
    ...extra.map((name) => `${path}.${name} is not described`),
    ...Object.keys(properties).flatMap((name) =>
      name in object ? mismatches(object[name], properties[name] as Schema, `${path}.${name}`) : [],
    ),
  ];
}

type Paths = Readonly<
  Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Answer>> }>>>
>;
type Answer = { readonly content?: { readonly 'application/json': { readonly schema: Schema } } };

function documentPaths(): Paths {
  return (openapiDocument('1.2.3') as unknown as { readonly paths: Paths }).paths;
}

/** `get /api/sightline/v1/queries`, of everything that the document describes, sorted. */
export function describedOperations(): string[] {
  return Object.entries(documentPaths())
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method} ${path}`))
    .sort();
}

/** The same of routes. */
export function servedOperations(routes: readonly Route[]): string[] {
  return routes.flatMap(({ path, methods }) => methods.map((m) => `${m.toLowerCase()} ${inBraces(path)}`)).sort();
}

/** Calls each method of each route and tells where the answer is not as described. */
export async function answerMismatches(routes: readonly Route[], input: Partial<HttpInput>): Promise<string[]> {
  const paths = documentPaths();
  const found: string[] = [];
  for (const { path, methods, handler } of routes) {
    for (const method of methods) {
      const { body } = await handler({ ...input, method } as HttpInput);
      const schema = paths[inBraces(path)]?.[method.toLowerCase()]?.responses['200']?.content?.['application/json'];
      if (schema === undefined) found.push(`${method} ${path} is not described`);
      else found.push(...mismatches(JSON.parse(String(body)), schema.schema, `${method} ${path}`));
    }
  }
  return found;
}

function inBraces(path: string): string {
  return path.replace(/:(\w+)/g, '{$1}');
}
