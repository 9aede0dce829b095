import { describe, expect, it } from 'vitest';
import { parseInlines, parseMarkdown } from './markdown.ts';
import { webUrl } from './web-url.ts';

const text = (words: string) => [{ kind: 'text', text: words }];

describe('markdown', () => {
  it('reads headings, paragraphs over lines, and fenced code as it stands', () => {
    expect(parseMarkdown('# Title\n\nOne\ntwo.\n\n```sh\ncurl  x\n# no heading\n```\nEnd')).toEqual([
      { kind: 'heading', level: 1, inlines: text('Title') },
      { kind: 'paragraph', inlines: text('One two.') },
      { kind: 'code', text: 'curl  x\n# no heading' },
      { kind: 'paragraph', inlines: text('End') },
    ]);
  });

  it('reads lists with what belongs to their items', () => {
    const [list, rest] = parseMarkdown(
      '1. First\n   goes on\n\n   ```\n   code\n   ```\n2. Second\n   - inner\n\nAfter',
    );
    expect(list).toMatchObject({
      kind: 'list',
      isOrdered: true,
      items: [
        { inlines: text('First goes on'), blocks: [{ kind: 'code', text: 'code' }] },
        { inlines: text('Second'), blocks: [{ kind: 'list', isOrdered: false }] },
      ],
    });
    expect(rest).toMatchObject({ kind: 'paragraph', inlines: text('After') });
  });

  it('does not end a list at a blank line between its items', () => {
    expect(parseMarkdown('- a\n\n- b\n')).toMatchObject([{ kind: 'list', items: [{}, {}] }]);
  });

  it('goes on counting where a list says so', () => {
    expect(parseMarkdown('1. a\n\n```\nb\n```\n\n2. c\n3. d\n')).toMatchObject([
      { kind: 'list', first: 1 },
      { kind: 'code' },
      { kind: 'list', first: 2, items: [{}, {}] },
    ]);
  });

  it('reads code, strong and links', () => {
    expect(parseInlines('see `a*b`, **now**: [docs](https://x.org/a) <https://y.org>')).toEqual([
      ...text('see '),
      { kind: 'code', text: 'a*b' },
      ...text(', '),
      { kind: 'strong', text: 'now' },
      ...text(': '),
      { kind: 'link', text: 'docs', url: 'https://x.org/a' },
      ...text(' '),
      { kind: 'link', text: 'https://y.org', url: 'https://y.org' },
    ]);
  });

  it('has an end, however deep the text is nested', () => {
    const deep = Array.from({ length: 400 }, (_, depth) => `${'  '.repeat(depth)}- item`).join('\n');
    expect(parseMarkdown(deep).length).toBeGreaterThan(0);
    expect(parseMarkdown('```\nnever closed')).toEqual([{ kind: 'code', text: 'never closed' }]);
  });
});

describe('links from outside', () => {
  it.each(['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', '', 'http://'])('%s is none', (url) => {
    expect(webUrl(url)).toBeNull();
  });
  it.each(['https://x.org', 'http://x.org/a?b', '/runbooks/A', 'runbooks/A'])('%s is one', (url) => {
    expect(webUrl(url)).toBe(url);
  });
});
