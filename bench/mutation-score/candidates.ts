/**
 * Finds all mutants of a file. Stryker's instrumenter says where and what; its own way of planting
 * is not used, because it changes the code around the mutant.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { Instrumenter } from '@stryker-mutator/instrumenter';
import type { Mutant } from './mutant.ts';

/** Texts matter to people and are mostly compared with themselves. */
const EXCLUDED = ['StringLiteral'];

const OPTIONS = { plugins: null, excludedMutations: EXCLUDED, ignorers: [], noHeader: true };

const silent = (): void => undefined;
const SILENT = {
  isTraceEnabled: () => false,
  isDebugEnabled: () => false,
  isInfoEnabled: () => false,
  isWarnEnabled: () => false,
  isErrorEnabled: () => false,
  isFatalEnabled: () => false,
  trace: silent,
  debug: silent,
  info: silent,
  warn: silent,
  error: silent,
  fatal: silent,
};

/** In the order of their places. `file` is relative to the root of the repository. */
export async function candidatesIn(file: string, text: string): Promise<readonly Mutant[]> {
  const { mutants } = await new Instrumenter(SILENT).instrument([{ name: file, mutate: true, content: text }], OPTIONS);
  const lines = lineStarts(text);
  const offsetOf = ({ line, column }: { line: number; column: number }): number => (lines[line] ?? 0) + column;
  const seen = new Map<string, number>();
  return mutants
    .filter(({ status }) => status !== 'Ignored')
    .map(({ mutatorName, replacement, location }) => {
      const start = offsetOf(location.start);
      const end = offsetOf(location.end);
      const original = text.slice(start, end);
      const identity = JSON.stringify([file, lineAt(text, start), mutatorName, original, replacement]);
      const nth = seen.get(identity) ?? 0;
      seen.set(identity, nth + 1);
      return {
        id: idOf(file, `${identity} ${nth}`),
        mutator: mutatorName,
        file,
        original,
        replacement,
        ...uniqueEdit(text, start, end, planted(mutatorName, replacement)),
      };
    });
}

/**
 * An edit of the text between two offsets. The text to find occurs once: where the given part
 * occurs more often, it grows to whole lines, as many as are needed.
 */
export function uniqueEdit(text: string, start: number, end: number, put: string): { find: string; put: string } {
  const before = text.slice(0, start);
  const after = text.slice(end);
  let from = start;
  let to = end;
  while (occursAgain(text, text.slice(from, to))) {
    const isGrown = from < start || to > end;
    const nextFrom = isGrown && from > 0 ? before.lastIndexOf('\n', from - 2) + 1 : before.lastIndexOf('\n') + 1;
    const lineEnd = text.indexOf('\n', isGrown ? to + 1 : to);
    const nextTo = lineEnd < 0 ? text.length : lineEnd;
    if (nextFrom === from && nextTo === to) throw new Error('the text to replace is empty');
    from = nextFrom;
    to = nextTo;
  }
  return { find: text.slice(from, to), put: before.slice(from) + put + after.slice(0, to - end) };
}

function occursAgain(text: string, part: string): boolean {
  return part === '' || text.indexOf(part, text.indexOf(part) + 1) >= 0;
}

/** Blocks and cases are statements. All else is an expression; its neighbours may bind tighter. */
function planted(mutator: string, replacement: string): string {
  const isStatement = mutator === 'BlockStatement' || /^(case|default)\b[^]*:/.test(replacement);
  return isStatement ? replacement : `(${replacement})`;
}

function idOf(file: string, identity: string): string {
  const digits = createHash('sha256').update(identity).digest('hex').slice(0, 6);
  return `${path.basename(file, '.ts')}-${digits}`;
}

function lineStarts(text: string): readonly number[] {
  return [0, ...[...text.matchAll(/\n/g)].map(({ index }) => index + 1)];
}

/** The line without its indentation. */
function lineAt(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(text.lastIndexOf('\n', offset - 1) + 1, end < 0 ? text.length : end).trim();
}
