/** What a reader of one kind of integration gets, and what kinds share. */
import type { ObjectReader } from '../../../lib/yaml-object.ts';
import type { GlobalSection } from '../global.ts';
import type { TemplateTexts } from '../kit.ts';

export interface IntegrationInput {
  readonly reader: ObjectReader;
  readonly global: GlobalSection;
  readonly texts: TemplateTexts;
  /** Place among the receiver's integrations of this kind. */
  readonly index: number;
}

/** Reports that something is not there, at its key or the first key around; not when the key has a value of a wrong type. */
export function reportMissing(reader: ObjectReader, key: string, message: string, hint: string): undefined {
  const { cursor } = reader;
  const at = reader.at(key);
  if (at !== undefined && at.node.kind !== 'scalar') return undefined;
  const span = at?.key ?? (cursor.node.kind === 'map' ? cursor.node.entries[0]?.key : undefined);
  return (at ?? cursor).error({
    code: 'config/missing-key',
    message,
    hint,
    ...(span === undefined ? {} : { span }),
  });
}
