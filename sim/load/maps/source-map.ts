/**
 * Source maps of bundled texts: for a debugger, and for the lines in reports. A bundle has them on
 * request only, because they make bundling slower; its code is the same with and without.
 *
 * Edits of the bundled text keep its lines, so a map stays true to the line. On an edited line the
 * columns may be off.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { ENTRY_FILE } from '../bundle-failure.ts';
import { isInPackage } from '../project-root.ts';

const COMMENT = '//# sourceMappingURL=';
const INLINE = `${COMMENT}data:application/json;base64,`;

export interface SourceMapOptions {
  readonly workingFolder: string;
  /** Texts of files that differ from the disk and that a reader is to see, by absolute path. */
  readonly shown?: ReadonlyMap<string, string> | undefined;
  /** The folder of the simulator, whose files are not the user's. */
  readonly simulatorFolder?: string | undefined;
  /** Number of lines that were put before the text. */
  readonly linesBefore: number;
}

interface RawMap {
  readonly version: number;
  readonly sources: readonly string[];
  readonly sourcesContent?: readonly (string | null)[];
  readonly names: readonly string[];
  readonly mappings: string;
}

/** Separates esbuild's output with an inline map. `map` is null for an output without one. */
export function splitSourceMap(output: string): { readonly text: string; readonly map: string | null } {
  const at = output.lastIndexOf(INLINE);
  if (at < 0) return { text: output, map: null };
  return {
    text: output.slice(0, at),
    map: Buffer.from(output.slice(at + INLINE.length), 'base64').toString(),
  };
}

/** A comment that gives a text its map. */
export function inlineSourceMap(map: string): string {
  return INLINE + Buffer.from(map).toString('base64');
}

/**
 * The map with absolute sources. Debuggers step over those that are not the user's: packages, the
 * simulator, and generated modules.
 */
export function completeSourceMap(esbuildMap: string, options: SourceMapOptions): string {
  const { workingFolder, shown, simulatorFolder, linesBefore } = options;
  const raw = JSON.parse(esbuildMap) as RawMap;
  const ignoreList: number[] = [];
  const sources: string[] = [];
  const sourcesContent: (string | null)[] = [];
  for (const [index, source] of raw.sources.entries()) {
    const content = raw.sourcesContent?.[index] ?? null;
    const file = isGenerated(source) ? null : path.resolve(workingFolder, source);
    const isIgnored = file === null || isInPackage(file) || isInside(file, simulatorFolder);
    if (isIgnored) ignoreList.push(index);
    sources.push(file === null ? `seedstorm:${source}` : pathToFileURL(file).href);
    // What was bundled may contain calls of the simulator, which a reader has not written.
    sourcesContent.push(isIgnored ? content : (shown?.get(file) ?? textOnDisk(file) ?? content));
  }
  const { version, names } = raw;
  const mappings = ';'.repeat(linesBefore) + raw.mappings;
  return JSON.stringify({
    version,
    sources,
    sourcesContent,
    names,
    mappings,
    ignoreList,
    x_google_ignoreList: ignoreList,
  });
}

/** The text of esbuild's entry, and modules that plugins make. */
function isGenerated(source: string): boolean {
  return source === ENTRY_FILE || source === '<stdin>' || /^[a-z-]{2,}:/.test(source);
}

function isInside(file: string, folder: string | undefined): boolean {
  return folder !== undefined && file.startsWith(folder + path.sep);
}

/** Null for a source that only a map names. */
function textOnDisk(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}
