/** For tests: what a registry exposes, as text that is pleasant to compare. */
import type { MetricsRegistry } from '../registry.ts';

/** The text exposition with one space before each value, where the renderer leaves room for the value to grow. */
export async function exposed(registry: MetricsRegistry): Promise<string> {
  const text = (await registry.render('text')).toString();
  return text.replace(/^([^#\n]*?\S) +(\S+)$/gm, '$1 $2');
}
