/** Names of keys whose values are secrets wherever they appear: passwords, tokens, API keys, cookies, cards. */

const EXACT = new Set([
  'pwd',
  'pass',
  'pin',
  'otp',
  'jwt',
  'bearer',
  'cookie',
  'setcookie',
  'authorization',
  'proxyauthorization',
  'credentials',
  'creditcard',
  'creditcardnumber',
  'cardnumber',
  'cvv',
  'cvc',
  'ssn',
  'privatekey',
  'xapikey',
]);

const SUFFIX =
  /(?:password|passwd|passphrase|secret|token|apikey|privatekey|secretkey|accesskey|encryptionkey|signingkey|credential)$/;

/** Names with a secret's ending that hold none: cursors of lists. */
const HARMLESS = /(?:page|continuation|cancellation|cursor)token$/;

/** Whether values under this key are hidden; case, `-` and `_` don't matter. */
export function isSecretName(key: string): boolean {
  if (key.length > 64) return false;
  const name = key.toLowerCase().replace(/[-_\s]/g, '');
  return EXACT.has(name) || (SUFFIX.test(name) && !HARMLESS.test(name));
}
