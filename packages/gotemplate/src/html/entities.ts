/** Character references in attribute values: numeric ones, and the named ones of ASCII characters, which can change the context. */

const NAMED: ReadonlyMap<string, string> = new Map(
  (
    'Tab:\t NewLine:\n excl:! quot:" QUOT:" num:# dollar:$ percnt:% amp:& AMP:& apos:\' lpar:( rpar:) ast:* midast:* plus:+ comma:, ' +
    'period:. sol:/ colon:: semi:; lt:< LT:< equals:= gt:> GT:> quest:? commat:@ lsqb:[ lbrack:[ bsol:\\ rsqb:] rbrack:] ' +
    'Hat:^ lowbar:_ UnderBar:_ grave:` DiacriticalGrave:` lcub:{ lbrace:{ verbar:| vert:| VerticalLine:| rcub:} rbrace:} nbsp:\u00a0'
  )
    .split(' ')
    .map((item): [string, string] => [item.slice(0, item.indexOf(':')), item.slice(item.indexOf(':') + 1)]),
);

/** Names that count without their semicolon. */
const BARE = /^(?:quot|QUOT|amp|AMP|lt|LT|gt|GT|nbsp)$/;

export function decodeEntities(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#[xX]([0-9a-fA-F]+);?|#([0-9]+);?|([a-zA-Z]+)(;?))/g,
    (all: string, hex?: string, decimal?: string, name?: string, end?: string) => {
      if (name !== undefined) return (end === ';' || BARE.test(name) ? NAMED.get(name) : undefined) ?? all;
      const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
      return code === 0 || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)
        ? '\ufffd'
        : String.fromCodePoint(code);
    },
  );
}
