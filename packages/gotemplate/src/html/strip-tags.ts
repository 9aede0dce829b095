/** The text of an HTML fragment without its tags, for trusted HTML that stands in an attribute. */
import { type Context, TEXT } from './context.ts';
import { TRANSITIONS, VALUE_ENDS } from './transitions.ts';

const IN_TAG = /^state(?:Tag|AttrName|AfterName|BeforeValue|Attr)$/;

export function stripTags(html: string): string {
  let c: Context = TEXT;
  let at = 0;
  let out = '';
  let isAllText = true;
  while (at < html.length) {
    if (c.delimiter !== 'delimNone') {
      const end = html.slice(at).search(VALUE_ENDS[c.delimiter]);
      if (end === -1) break;
      at += end + (c.delimiter === 'delimSpaceOrTagEnd' ? 0 : 1);
      c = { ...TEXT, state: 'stateTag', element: c.element };
      continue;
    }
    // Scripts and styles are skipped like titles: only their end matters.
    const state = c.element !== 'elementNone' && !IN_TAG.test(c.state) ? 'stateRCDATA' : c.state;
    const rest = html.slice(at);
    const [next, length] = TRANSITIONS[state](c, rest);
    if (c.state === 'stateText' || c.state === 'stateRCDATA') {
      const open = next.state === c.state ? -1 : rest.slice(0, length).lastIndexOf('<');
      out += rest.slice(0, open === -1 ? length : open);
    } else isAllText = false;
    c = next;
    at += length;
  }
  if (isAllText) return html;
  return c.state === 'stateText' || c.state === 'stateRCDATA' ? out + html.slice(at) : out;
}
