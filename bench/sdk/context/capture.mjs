/** Keeps of log lines and spans only the ids that the check compares: a hundred thousand requests must fit in memory. */

const NUMBERED = /"path":"\/work\/(\d+)"|"id":(\d+)/;
const textOf = (line, name) => new RegExp(`"${name}":"([^"]*)"`).exec(line)?.[1];

/** @returns A sink for lines, a receiver of spans, and `take()` that gives and forgets what they saw. */
export function capture() {
  let lines = [];
  let spans = [];
  return {
    sink: {
      name: 'context-check',
      write(line) {
        const found = NUMBERED.exec(line);
        if (found === null) return;
        lines.push({
          id: Number(found[1] ?? found[2]),
          requestId: textOf(line, 'request_id'),
          trace: textOf(line, 'trace_id'),
          userId: textOf(line, 'user_id'),
        });
      },
    },
    onSpan({ attributes, traceId }) {
      for (let index = 0; index < attributes.length; index += 2) {
        const [key, value] = [attributes[index], attributes[index + 1]];
        const id = key === 'work.id' ? value : key === 'url.path' ? /^\/work\/(\d+)$/.exec(value)?.[1] : undefined;
        if (id !== undefined) spans.push({ id: Number(id), trace: traceId });
      }
    },
    /** @param requests How many lines of requests to wait for: they are written when the answer has gone. */
    async take(requests) {
      for (let attempt = 0; attempt < 500 && lines.length < 2 * requests; attempt++)
        await new Promise((resolve) => setTimeout(resolve, 5));
      const taken = { lines, spans };
      lines = [];
      spans = [];
      return taken;
    },
  };
}
