import { expect, it } from 'vitest';
import { redisCommand, redisText } from './redis-text.ts';

it.each<[string, string[], string]>([
  ['GET', ['user:4711'], 'GET user:?'],
  ['GET', ['tenant:acme:user:1'], 'GET tenant:?'],
  ['GET', ['b7f1c2d3'], 'GET ?'],
  ['GET', ['user:'], 'GET ?'],
  ['GET', ['4711:user'], 'GET ?'],
  ['SET', ['session:abc', 'secret', 'EX', '10'], 'SET session:? ? ? ?'],
  ['AUTH', ['user:name', 'password'], 'AUTH ? ?'],
  ['CONFIG', ['set', 'requirepass', 'secret'], 'CONFIG SET ? ?'],
  ['CONFIG', ['se cret'], 'CONFIG ?'],
  ['ping', [], 'PING'],
  ['get', ['a-b_c:1'], 'GET a-b_c:?'],
  ['no such', ['a:b'], 'OTHER ?'],
  ['DEL', Array.from({ length: 40 }, () => 'a:b'), `DEL a:?${' ?'.repeat(15)} …`],
])('%s %j', (command, args, text) => expect(redisText(redisCommand(command), args, 0)).toBe(text));
