/** Renders snippets with the real amtool: many in one process where we expect success, one by one where we expect an error. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface Rendered {
  /** The output, or the error message. */
  readonly text: string;
  readonly isError: boolean;
}

export interface Amtool {
  render(snippet: string, type: 'text' | 'html'): Promise<Rendered>;
  /** As render for each; snippets must not define templates. */
  renderAll(snippets: readonly string[], type: 'text' | 'html'): Promise<Rendered[]>;
}

/** A text that no snippet writes and that html escaping leaves alone. */
const SEPARATOR = '\x1e===snippet===\x1e';
const PARALLEL = 2;
const BATCH = 40;

export function createAmtool(folder: string, dataFile: string, globs: readonly string[] = []): Amtool {
  const empty = join(folder, 'empty.tmpl');
  writeFileSync(empty, '{{ define "unused" }}{{ end }}');

  function render(snippet: string, type: 'text' | 'html'): Promise<Rendered> {
    const files = globs.length === 0 ? [empty] : globs;
    const args = ['template', 'render', ...files.map((file) => `--template.glob=${file}`)];
    args.push(`--template.text=${snippet}`, `--template.type=${type}`, `--template.data=${dataFile}`);
    return new Promise((resolve) => {
      execFile('amtool', args, { encoding: 'utf8', env: { ...process.env, TZ: 'UTC' } }, (error, stdout, stderr) => {
        if (error === null) resolve({ text: stdout, isError: false });
        else resolve({ text: stderr.replace(/^amtool: error: /, '').replace(/\n+$/, ''), isError: true });
      });
    });
  }

  async function renderBatch(snippets: readonly string[], type: 'text' | 'html'): Promise<Rendered[]> {
    const only = snippets[0];
    if (only === undefined) return [];
    if (snippets.length === 1) return [await render(only, type)];
    const whole = await render(snippets.join(SEPARATOR), type);
    const parts = whole.text.split(SEPARATOR);
    if (!whole.isError && parts.length === snippets.length) return parts.map((text) => ({ text, isError: false }));
    const half = Math.floor(snippets.length / 2);
    return [...(await renderBatch(snippets.slice(0, half), type)), ...(await renderBatch(snippets.slice(half), type))];
  }

  return {
    render,
    async renderAll(snippets, type) {
      const batches: string[][] = [];
      for (let at = 0; at < snippets.length; at += BATCH) batches.push(snippets.slice(at, at + BATCH));
      const results: Rendered[][] = batches.map(() => []);
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < batches.length) {
          const index = next++;
          results[index] = await renderBatch(batches[index] ?? [], type);
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, work));
      return results.flat();
    },
  };
}
