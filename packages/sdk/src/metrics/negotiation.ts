/** Which exposition a client gets, by its Accept header (RFC 9110, section 12.5.1). */

export const TEXT_TYPE = 'text/plain; version=0.0.4; charset=utf-8';
export const OPENMETRICS_TYPE = 'application/openmetrics-text; version=1.0.0; charset=utf-8';

export type ExpositionFormat = 'text' | 'openmetrics';

const MAX_HEADER = 2000;

/** OpenMetrics only where it is asked for by name and not less wanted than text. */
export function negotiate(accept: string | undefined): ExpositionFormat {
  if (accept === undefined || accept.length > MAX_HEADER) return 'text';
  let open = 0;
  let text = 0;
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    const quality = qualityOf(parameters);
    const version = parameters.find((parameter) => parameter.startsWith('version='))?.slice(8);
    if (type === 'application/openmetrics-text') {
      if (version === undefined || version === '1.0.0' || version === '0.0.1') open = Math.max(open, quality);
    } else if (type === 'text/plain') {
      if (version === undefined || version === '0.0.4') text = Math.max(text, quality);
    } else if (type === '*/*' || type === 'text/*') text = Math.max(text, Math.min(quality, 0.001));
  }
  return open > 0 && open >= text ? 'openmetrics' : 'text';
}

/** True when a client takes gzip by its Accept-Encoding header. */
export function takesGzip(acceptEncoding: string | undefined): boolean {
  if (acceptEncoding === undefined || acceptEncoding.length > MAX_HEADER) return false;
  return acceptEncoding.split(',').some((part) => {
    const [coding = '', ...parameters] = part.split(';').map((piece) => piece.trim().toLowerCase());
    return (coding === 'gzip' || coding === 'x-gzip') && qualityOf(parameters) > 0;
  });
}

function qualityOf(parameters: readonly string[]): number {
  const text = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  const quality = text === undefined ? 1 : Number(text);
  return quality >= 0 && quality <= 1 ? quality : 0;
}
