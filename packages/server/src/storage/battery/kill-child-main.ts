/** Entry of the process that failures.test.ts kills. */
import { runChild } from './kill-child.ts';

await runChild(process.env['SIGHTLINE_CHILD_DATA'] as string);
