/** The operating system as /etc/os-release names it (os-release(5)). */
import { noData } from '../errors.ts';
import { labelText } from '../metric-text.ts';
import type { HostModule } from '../module.ts';

const PLACES = ['etc/os-release', 'usr/lib/os-release'];
const INFO_FIELDS = [
  'BUILD_ID',
  'ID',
  'ID_LIKE',
  'IMAGE_ID',
  'IMAGE_VERSION',
  'NAME',
  'PRETTY_NAME',
  'VARIANT',
  'VARIANT_ID',
  'VERSION',
  'VERSION_CODENAME',
  'VERSION_ID',
];

export const osModule: HostModule = {
  name: 'os',
  create({ files }) {
    return (out) => {
      const text = PLACES.map((place) => files.readOptional(files.rootfs(place))).find((found) => found !== undefined);
      if (text === undefined) throw noData('os-release file');
      const fields = parseOsRelease(text);
      const get = (field: string): string => fields.get(field) ?? '';
      const info = Object.fromEntries(INFO_FIELDS.map((field) => [field.toLowerCase(), get(field)]));
      out.gauge('node_os_info', 'Name and version of the operating system; the value is 1.').add(1, labelText(info));
      const version = /^\d+(\.\d+)?/.exec(get('VERSION_ID'))?.[0];
      if (version !== undefined) {
        const labels = labelText({ id: get('ID'), id_like: get('ID_LIKE'), name: get('NAME') });
        out.gauge('node_os_version', 'Major and minor version of the operating system.').add(Number(version), labels);
      }
      const supportEnd = Date.parse(`${get('SUPPORT_END')}T00:00:00Z`);
      if (Number.isNaN(supportEnd)) return;
      const help = 'When support of the operating system ends, in seconds since 1970.';
      out.gauge('node_os_support_end_timestamp_seconds', help).add(supportEnd / 1000);
    };
  },
};

function parseOsRelease(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split('\n')) {
    const match = /^([A-Z0-9_]+)=(.*)$/.exec(line.trim());
    if (match === null) continue;
    const value = match[2] ?? '';
    const quoted = /^(["'])(.*)\1$/.exec(value)?.[2];
    fields.set(match[1] ?? '', (quoted ?? value).replace(/\\(["'$`\\])/g, '$1'));
  }
  return fields;
}
