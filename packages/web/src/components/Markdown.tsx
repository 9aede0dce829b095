/** Markdown as elements. Steps of a numbered list can be ticked off when the page wants that. */
import type { ReactNode } from 'react';
import type { Block, Inline, ListItem } from '../lib/markdown.ts';
import { webUrl } from '../lib/web-url.ts';
import { Snippet } from './CopyButton.tsx';

const BARE = /^[A-Za-z0-9_]+$/;

interface Ticks {
  readonly done: ReadonlySet<string>;
  readonly toggle: (step: string) => void;
}

interface MarkdownProps {
  readonly blocks: readonly Block[];
  /** The level of the first heading below the page's. */
  readonly topLevel?: 2 | 3 | 4;
  readonly ticks?: Ticks;
}

export function Markdown({ blocks, topLevel = 2, ticks }: MarkdownProps): ReactNode {
  return (
    <div className="markdown">
      {blocks.map((block, index) => (
        <BlockView
          // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change has no other names for its parts
          key={index}
          block={block}
          topLevel={topLevel}
          ticks={ticks}
          path={String(index)}
        />
      ))}
    </div>
  );
}

interface BlockViewProps {
  readonly block: Block;
  readonly topLevel: number;
  readonly ticks: Ticks | undefined;
  /** Where in the text it is. */
  readonly path: string;
}

function BlockView({ block, topLevel, ticks, path }: BlockViewProps): ReactNode {
  switch (block.kind) {
    case 'heading': {
      const Heading = `h${Math.min(6, topLevel + Math.max(0, block.level - 2))}` as 'h2';
      return (
        <Heading>
          <Inlines inlines={block.inlines} />
        </Heading>
      );
    }
    case 'paragraph':
      return (
        <p>
          <Inlines inlines={block.inlines} />
        </p>
      );
    case 'code':
      return <Snippet text={block.text} label="code" />;
    case 'list': {
      const List = block.isOrdered ? 'ol' : 'ul';
      const isTicked = block.isOrdered && ticks !== undefined;
      return (
        <List className={isTicked ? 'runbook-steps' : undefined} start={block.first === 1 ? undefined : block.first}>
          {block.items.map((item, index) => {
            const at = `${path}.${index}`;
            return (
              <li key={at}>
                {isTicked ? (
                  <label className="step" data-done={ticks.done.has(at)}>
                    <input type="checkbox" checked={ticks.done.has(at)} onChange={() => ticks.toggle(at)} />
                    <span>
                      <Inlines inlines={item.inlines} />
                    </span>
                  </label>
                ) : (
                  <Inlines inlines={item.inlines} />
                )}
                <Inner item={item} topLevel={topLevel} path={at} />
              </li>
            );
          })}
        </List>
      );
    }
  }
}

function Inner({ item, topLevel, path }: { item: ListItem; topLevel: number; path: string }): ReactNode {
  return item.blocks.map((block, index) => {
    const at = `${path}.${index}`;
    return <BlockView key={at} block={block} topLevel={topLevel} ticks={undefined} path={at} />;
  });
}

function Inlines({ inlines }: { inlines: readonly Inline[] }): ReactNode {
  return inlines.map((inline, index) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: a text that does not change has no other names for its parts
    <InlineView key={index} inline={inline} />
  ));
}

function InlineView({ inline }: { inline: Inline }): ReactNode {
  if (inline.kind === 'code') return <code>{inline.text}</code>;
  if (inline.kind === 'strong') return <strong>{inline.text}</strong>;
  if (inline.kind === 'text') return inline.text;
  // Runbooks link each other by their bare names.
  const url = webUrl(BARE.test(inline.url) ? `runbooks/${inline.url}` : inline.url);
  return url === null ? (
    inline.text
  ) : (
    <a href={url} target="_blank" rel="noreferrer">
      {inline.text}
    </a>
  );
}
