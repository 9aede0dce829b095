/** The graph in a mail: a picture that comes with the mail, since many programs load none from elsewhere, and its legend as text. */
import type { AlertGraph } from '../../graph/alert-graph.ts';
import { GRAPH_PLACE } from '../../templates/email-templates.ts';
import { escapeHtml } from '../../templates/rendering.ts';

const CONTENT_ID = 'graph@sightline';
const FONT = 'font-family:system-ui,-apple-system,sans-serif;font-size:12px;line-height:18px';

/** Puts the picture where the built-in template has room for it; into other HTML, at its end. */
export function withGraph(html: string, graph: AlertGraph | undefined): string {
  if (graph === undefined) return html.replace(GRAPH_PLACE, '');
  const picture = block(graph);
  if (html.includes(GRAPH_PLACE)) {
    const row = `<tr><td style="padding:0 24px 16px;background-color:#ffffff">${picture}</td></tr>`;
    return html.replace(GRAPH_PLACE, () => row);
  }
  const end = html.lastIndexOf('</body>');
  return end === -1 ? html + picture : html.slice(0, end) + picture + html.slice(end);
}

export function graphAttachment({ png }: AlertGraph) {
  return { cid: CONTENT_ID, content: png, contentType: 'image/png', filename: 'graph.png' };
}

function block({ title, width, height, legend, hidden }: AlertGraph): string {
  const entries = legend.map(
    ({ name, color }) =>
      `<div style="${FONT};color:#1b1f24;background-color:#ffffff"><span style="color:${color};background-color:#ffffff">&#9632;</span> ${escapeHtml(name)}</div>`,
  );
  if (hidden > 0) entries.push(`<div style="${FONT};color:#5b6472;background-color:#ffffff">and ${hidden} more</div>`);
  const heading = `<div style="${FONT};color:#5b6472;background-color:#ffffff;word-break:break-word">${escapeHtml(title)} (times in UTC)</div>`;
  const image = `<img src="cid:${CONTENT_ID}" width="${width}" height="${height}" alt="${escapeHtml(`Graph of ${title}`)}" style="display:block;width:100%;max-width:${width}px;height:auto;border:0">`;
  return `${heading}${image}${entries.join('')}`;
}
