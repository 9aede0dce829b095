/** Text that goes into SQL, and rows as TabSeparated bytes. Nothing else in storage builds literals. */

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\t': '\\t',
  '\n': '\\n',
  '\r': '\\r',
  '\0': '\\0',
  '\b': '\\b',
  '\f': '\\f',
};

/** A string literal, quotes included. The same escapes serve strings inside maps and arrays of TabSeparated rows. */
export function quoteSql(text: string): string {
  return `'${text.replace(/[\\'\t\n\r\0\b\f]/g, (char) => ESCAPES[char] as string)}'`;
}

/** A plain string column of a TabSeparated row. */
export function escapeTsv(text: string): string {
  return text.replace(/[\\\t\n\r\0\b\f]/g, (char) => ESCAPES[char] as string);
}

/** A Map(String, String) column of a TabSeparated row, from names and values in turn. */
export function mapTsv(flat: readonly string[]): string {
  const parts: string[] = [];
  for (let i = 0; i < flat.length; i += 2)
    parts.push(`${quoteSql(flat[i] as string)}:${quoteSql(flat[i + 1] as string)}`);
  return `{${parts.join(',')}}`;
}
