/** T3: W3C headers read and written, against OpenTelemetry's propagator. */
import { defaultTextMapGetter, defaultTextMapSetter, ROOT_CONTEXT } from '@opentelemetry/api';
import { core } from '@opentelemetry/sdk-node';
import { compare } from '../logging-harness.mjs';
import { sdk } from '../tracing-parts.mjs';

const headers = Array.from({ length: 64 }, (_, index) => ({
  host: 'localhost',
  traceparent: `00-${(index + 1).toString(16).padStart(32, 'a')}-${(index + 1).toString(16).padStart(16, 'b')}-01`,
}));

await compare('tracing-propagation', {
  sdk: () => ({
    run: (index) => {
      const span = sdk.parseTraceParent(headers[index & 63].traceparent, undefined);
      const sent = {};
      sdk.eachHeader(sdk.ROOT.withSpan(span), (name, value) => {
        sent[name] = value;
      });
      if (sent.traceparent.length !== 55) throw new Error('not sent');
    },
  }),
  otel: () => {
    const propagator = new core.W3CTraceContextPropagator();
    return {
      run: (index) => {
        const context = propagator.extract(ROOT_CONTEXT, headers[index & 63], defaultTextMapGetter);
        const sent = {};
        propagator.inject(context, sent, defaultTextMapSetter);
        if (sent.traceparent.length !== 55) throw new Error('not sent');
      },
    };
  },
});
