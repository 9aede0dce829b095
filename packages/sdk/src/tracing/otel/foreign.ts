/**
 * Another OpenTelemetry SDK in the process: it stays, and its active span is what log lines, exemplars and outgoing headers
 * name. Ours then records nothing, so that no span is sent twice.
 */
import { type ActiveSpan, followForeignSpans } from '../../context/store.ts';
import { type OtelContextManager, registeredApi, SPAN_KEY } from './api.ts';
import { adoptSpan } from './context-bridge.ts';
import { isOwnManager } from './context-manager.ts';

/** The context manager of another SDK; undefined when there is none or it is ours (of any copy of the SDK). */
export function foreignContextManager(): OtelContextManager | undefined {
  const manager = registeredApi()?.context;
  return manager === undefined || isOwnManager(manager) ? undefined : manager;
}

/** Whether another SDK has registered anything that we would have to replace. */
export function isForeignRegistered(): boolean {
  const registered = registeredApi();
  return registered?.trace !== undefined && (registered.context === undefined || !isOwnManager(registered.context));
}

/** Our parts see the active span of the other SDK from now on. @returns Ends it. */
export function followForeign(manager: OtelContextManager): () => void {
  const adopted = new WeakMap<object, ActiveSpan>();
  followForeignSpans(() => {
    const span = manager.active().getValue(SPAN_KEY);
    if (typeof span !== 'object' || span === null) return undefined;
    const known = adopted.get(span);
    if (known !== undefined) return known;
    const own = adoptSpan(span);
    if (own !== undefined) adopted.set(span, own);
    return own;
  });
  return () => followForeignSpans(undefined);
}
