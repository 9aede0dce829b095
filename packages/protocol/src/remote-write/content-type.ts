/** Which version of remote write a Content-Type announces. Source: remote write 2.0, "Protocol", content negotiation. */
export type RemoteWriteVersion = 1 | 2;

const PROTO_V1 = 'prometheus.WriteRequest';
const PROTO_V2 = 'io.prometheus.write.v2.Request';

/** Without a `proto` parameter it is 1.0; a missing header is taken for 1.0 too, as Prometheus does. Undefined: neither. */
export function remoteWriteVersion(contentType: string | undefined): RemoteWriteVersion | undefined {
  if (contentType === undefined || contentType.trim() === '') return 1;
  const [mediaType = '', ...parameters] = contentType.split(';');
  if (mediaType.trim().toLowerCase() !== 'application/x-protobuf') return undefined;
  for (const parameter of parameters) {
    const [name = '', value = ''] = parameter.split('=', 2);
    if (name.trim().toLowerCase() !== 'proto') continue;
    const proto = value.trim().replace(/^"(.*)"$/, '$1');
    if (proto === PROTO_V1) return 1;
    return proto === PROTO_V2 ? 2 : undefined;
  }
  return 1;
}
