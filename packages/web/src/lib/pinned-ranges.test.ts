import { describe, expect, it } from 'vitest';
import { parsePinned, pinned, unpinned } from './pinned-ranges.ts';

const outage = { name: 'Outage', from: '1700000000000', to: '1700003600000' };

describe('pinned ranges', () => {
  it('puts the newest first and renames what is pinned already', () => {
    const both = pinned(pinned([], outage), { name: ' Day ', from: 'now/d', to: 'now' });
    expect(both.map(({ name }) => name)).toEqual(['Day', 'Outage']);
    const renamed = pinned(both, { ...outage, name: 'Disk full' });
    expect(renamed.map(({ name }) => name)).toEqual(['Day', 'Disk full']);
    expect(pinned(renamed, { ...outage, name: '  ' })).toBe(renamed);
  });

  it('unpins by range, whatever the name', () => {
    expect(unpinned([outage], { from: outage.from, to: outage.to })).toEqual([]);
    expect(unpinned([outage], { from: outage.from, to: 'now' })).toEqual([outage]);
  });

  it('is bounded', () => {
    let all = [outage] as ReturnType<typeof parsePinned>;
    for (let index = 0; index < 50; index++)
      all = pinned(all, { name: 'x'.repeat(200), from: String(index), to: 'now' });
    expect([all.length, all[0]?.name.length]).toEqual([20, 60]);
  });

  it('survives anything in the storage', () => {
    expect(parsePinned(null)).toEqual([]);
    expect(parsePinned('{')).toEqual([]);
    expect(parsePinned('{"a":1}')).toEqual([]);
    expect(parsePinned(JSON.stringify([outage, null, { name: 1 }, 'x']))).toEqual([outage]);
  });
});
