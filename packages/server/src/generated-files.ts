/** Every generated file of the repository and what renders it. `npm run gen` writes them, the check compares them. */
import { renderConfigReference } from './config/index.ts';

export const generatedFiles: Readonly<Record<string, () => string>> = {
  'docs/reference/configuration.md': renderConfigReference,
};
