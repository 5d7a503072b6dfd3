/** Links of Markdown files to other files of the repository. */
import path from 'node:path';
import { anchorsIn, withoutFences } from './markdown.ts';

export interface Page {
  /** Relative to the repository. */
  readonly path: string;
  readonly text: string;
}

/** Relative links that lead nowhere. `exists` is asked for paths relative to the repository. */
export function brokenLinks(pages: readonly Page[], exists: (file: string) => boolean): string[] {
  const anchors = new Map(pages.map((page) => [page.path, anchorsIn(page.text)]));
  return pages.flatMap((page) =>
    linksIn(page.text).flatMap((link) => {
      const [file = '', anchor] = link.split('#');
      const target = file === '' ? page.path : path.posix.join(path.posix.dirname(page.path), file);
      const there = exists(target) && (anchor === undefined || anchors.get(target)?.includes(anchor) === true);
      return there ? [] : [`${page.path}: ${link}`];
    }),
  );
}

/** Targets of links that stay within the repository. */
export function linksIn(markdown: string): string[] {
  const prose = withoutFences(markdown).replaceAll(/`[^`]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target).filter((to) => !/^[a-z]+:/.test(to));
}
