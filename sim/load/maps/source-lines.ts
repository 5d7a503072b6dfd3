/** Looks up places of evaluated texts in the source maps of their bundle. */
import { SourceMap, type SourceMapPayload } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { SourceOf } from '../../kernel/placed-text.ts';
import { relativeTo } from '../project-root.ts';

/**
 * `maps`: by name of the text, such as `system.js`. Files are shown relative to `root`. Each map is
 * parsed when the first place of its text is looked up.
 */
export function sourceOfMaps(maps: ReadonlyMap<string, string>, root: string): SourceOf {
  const parsed = new Map<string, SourceMap>();
  return ({ text, line, column }) => {
    const json = maps.get(text);
    if (json === undefined) return null;
    const map = parsed.get(text) ?? new SourceMap(JSON.parse(json) as SourceMapPayload);
    parsed.set(text, map);
    const entry = map.findEntry(line - 1, column - 1);
    if (!('originalSource' in entry) || !entry.originalSource.startsWith('file:')) return null;
    const file = relativeTo(root, fileURLToPath(entry.originalSource));
    return { file, line: entry.originalLine + 1, column: entry.originalColumn + 1 };
  };
}
