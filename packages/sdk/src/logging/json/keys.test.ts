import { describe, expect, it } from 'vitest';
import { Problems } from '../../lib/problems.ts';
import { createRedaction } from '../redact/redaction.ts';
import { AFTER_TEXT, AFTER_VALUE, FIRST, Keys } from './keys.ts';

const keys = () => new Keys(createRedaction(undefined, new Problems(), 'redact'));

describe('keys', () => {
  it('have their text for every place in an object', () => {
    const key = keys().get('a"b');
    expect(key.toValue[FIRST]).toBe('"a\\"b":');
    expect(key.toValue[AFTER_VALUE]).toBe(',"a\\"b":');
    expect(key.toValue[AFTER_TEXT]).toBe('","a\\"b":');
    expect(key.toText[AFTER_TEXT]).toBe('","a\\"b":"');
  });

  it('are the same whether looked up or guessed from the one before', () => {
    const known = keys();
    for (const name of ['a', 'b', 'password', 'a', 'b', 'password', 'b', 'a', 'a', 'password'])
      expect(known.next(name)).toBe(known.get(name));
    expect(known.next('password').isSecret).toBe(true);
  });

  it('that are made from data are not kept, neither by name nor as what follows another', () => {
    const known = keys();
    const first = known.next('first');
    for (let index = 0; index < 5000; index++) known.next(`key ${index}`);
    known.next('first');
    const follower = first.follower;
    const unknown = known.next('one more');
    expect(unknown.name).toBe('one more');
    expect(unknown.isKept).toBe(false);
    expect(first.follower).toBe(follower);
    expect(known.get('one more')).not.toBe(unknown);
    expect(known.next('first')).toBe(first);
  });
});
