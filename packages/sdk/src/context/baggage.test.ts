import { describe, expect, it } from 'vitest';
import { formatBaggage, parseBaggage } from './baggage.ts';

const entries = (header: string) => [...(parseBaggage(header) ?? [])];
const members = (count: number, value = 'v') =>
  new Map(Array.from({ length: count }, (_, index) => [`k${index}`, { value }]));

describe('baggage header (W3C Baggage 3)', () => {
  it.each([
    ['one member', 'userId=alice', [['userId', { value: 'alice' }]]],
    [
      'white space',
      ' a = 1 , b\t=\t2 ',
      [
        ['a', { value: '1' }],
        ['b', { value: '2' }],
      ],
    ],
    ['an equals sign in a value', 'a=b=c', [['a', { value: 'b=c' }]]],
    ['an empty value', 'a=', [['a', { value: '' }]]],
    ['percent-encoded text', 'name=Am%C3%A9lie%2C%20%22x%22', [['name', { value: 'Amélie, "x"' }]]],
    [
      'properties',
      'a=1;p1=x;p2 ; p3=y=z,b=2',
      [
        ['a', { value: '1', metadata: 'p1=x;p2 ; p3=y=z' }],
        ['b', { value: '2' }],
      ],
    ],
    ['a property after the equals sign only', 'a;b=1', []],
    ['the last of two members with one key', 'a=1,a=2', [['a', { value: '2' }]]],
    ['octets that are not UTF-8 as U+FFFD', 'a=x%FFy', [['a', { value: 'x\ufffdy' }]]],
    ['a percent sign that begins no octet', 'a=100%', [['a', { value: '100%' }]]],
    [
      'good members beside bad ones',
      'a=1,,=2,b c=3,"d"=4,e=5',
      [
        ['a', { value: '1' }],
        ['e', { value: '5' }],
      ],
    ],
    ['a key like a prototype', '__proto__=1', [['__proto__', { value: '1' }]]],
  ])('reads %s', (_, header, expected) => {
    expect(entries(header)).toEqual(expected);
  });

  it('says undefined for nothing', () => {
    expect(parseBaggage('')).toBeUndefined();
    expect(parseBaggage(',;,=')).toBeUndefined();
  });

  it('holds at most 64 members and refuses more than 8,192 bytes', () => {
    const many = Array.from({ length: 80 }, (_, index) => `k${index}=1`).join(',');
    expect(parseBaggage(many)?.size).toBe(64);
    expect(parseBaggage(`a=${'x'.repeat(8190)}`)?.size).toBe(1);
    expect(parseBaggage(`a=${'x'.repeat(8191)}`)).toBeUndefined();
  });

  it('writes what it reads', () => {
    const header = 'userId=alice,serverNode=DF%2028;prop=1,isProduction=false';
    const baggage = parseBaggage(header);
    expect(baggage && formatBaggage(baggage)).toBe(header);
  });

  it('encodes what a header cannot hold', () => {
    expect(formatBaggage(new Map([['a', { value: 'é, ;"\\\n' }]]))).toBe('a=%C3%A9%2C%20%3B%22%5C%0A');
    expect(formatBaggage(new Map([['a', { value: 'x\ud800y' }]]))).toBe('a=x%EF%BF%BDy');
  });

  it('never gives a line break to a header', () => {
    expect(formatBaggage(new Map([['a', { value: '1', metadata: 'p\r\nx-evil: 1' }]]))).toBe('a=1');
    expect(formatBaggage(new Map([['a\r\nx-evil', { value: '1' }]]))).toBeUndefined();
    expect(formatBaggage(parseBaggage('a=1;p\r\nx-evil: 1') ?? new Map())).toBe('a=1');
  });

  it('leaves out what passes the limits', () => {
    expect(formatBaggage(members(80))?.split(',')).toHaveLength(64);
    const big = new Map([...members(1, 'x'.repeat(8100)), ['k1', { value: 'y'.repeat(200) }], ['k2', { value: 'z' }]]);
    expect(formatBaggage(big)).toMatch(/^k0=x+,k2=z$/);
    expect(formatBaggage(new Map())).toBeUndefined();
  });

  it('stands a program that puts something else than text in', () => {
    const wrong = new Map([['a', { value: 5 as unknown as string }]]);
    expect(formatBaggage(wrong)).toBe('a=5');
  });
});
