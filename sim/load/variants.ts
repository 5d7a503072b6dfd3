/**
 * Variants: edits of a system's own sources, applied when it is bundled. An edit names a file and a
 * text that occurs exactly once in it, or in a function that the edit names. If the function has
 * moved, the system's other files are searched for it.
 */
import type { SourceEdit } from '../system/image.ts';
import { VariantError } from './errors.ts';
import { findFunctions, type FunctionRange } from './find-function.ts';
import { parseSource } from './syntax.ts';

/** The place of an edit: the offset of the text to replace. */
interface Place {
  readonly file: string;
  readonly offset: number;
}

/**
 * Applies the edits in order and returns only the changed files. `sources` has the text of each of
 * the system's own files, by its path relative to the scenario's file, as in the edits. Throws
 * VariantError.
 */
export function applyEdits(sources: ReadonlyMap<string, string>, edits: readonly SourceEdit[]): Map<string, string> {
  const texts = new Map(sources);
  const changed = new Map<string, string>();
  for (const edit of edits) {
    const { file, offset } = placeOf(texts, edit);
    const text = texts.get(file) ?? '';
    const edited = text.slice(0, offset) + edit.put + text.slice(offset + edit.find.length);
    assertParses(file, edited, edit);
    texts.set(file, edited);
    changed.set(file, edited);
  }
  return changed;
}

function placeOf(texts: ReadonlyMap<string, string>, edit: SourceEdit): Place {
  const file = normalised(edit.file);
  const named = texts.get(file);
  const ranges = named === undefined ? [] : rangesIn(file, named, edit);
  if (named !== undefined) {
    const place = onlyPlaceIn(file, named, ranges, edit);
    if (place !== null) return place;
  }
  const elsewhere: Place[] = [];
  for (const [other, text] of texts) {
    // Parsing is slow, so files without the text are skipped first.
    if (other === file || !text.includes(edit.find)) continue;
    const place = onlyPlaceIn(other, text, rangesIn(other, text, edit), edit);
    if (place !== null) elsewhere.push(place);
  }
  const [first, second] = elsewhere;
  if (first !== undefined && second === undefined) return first;
  const isWhole = edit.within === undefined;
  if (first !== undefined) {
    const found = isWhole ? 'that text' : 'such a function with that text';
    const files = elsewhere.map((place) => place.file).join(', ');
    throw new VariantError(`${described(edit)}: not found; several other files have ${found}: ${files}`);
  }
  throw new VariantError(`${described(edit)}: ${absence(named === undefined, ranges.length === 0, isWhole)}`);
}

function absence(isFileAbsent: boolean, isFunctionAbsent: boolean, isWhole: boolean): string {
  const elsewhere = isWhole ? 'has that text' : 'has such a function with that text';
  if (isFileAbsent) return `file not found, and no other file of the system ${elsewhere}`;
  if (isWhole) return 'text not found, and no other file of the system has it';
  if (isFunctionAbsent) return 'function not found, and no other file of the system has one with that text';
  return `text not found in the function, and no other file of the system ${elsewhere}`;
}

/** Null if no range contains the text. */
function onlyPlaceIn(file: string, text: string, ranges: readonly FunctionRange[], edit: SourceEdit): Place | null {
  const offsets = new Set<number>();
  const holding = ranges.filter((range) => {
    const before = offsets.size;
    for (const offset of occurrences(text, edit.find, range)) offsets.add(offset);
    return offsets.size > before;
  });
  const [offset] = offsets;
  if (offset === undefined) return null;
  if (offsets.size === 1) return { file, offset };
  if (holding.length > 1) {
    const paths = holding.map(({ path }) => path.join('.')).join(', ');
    throw new VariantError(
      `${described({ ...edit, file })}: ambiguous, ${holding.length} functions contain the text (${paths}); name one as Class.method`,
    );
  }
  const where = edit.within === undefined ? 'file; name a function of it in "within"' : 'function, but must occur once';
  throw new VariantError(`${described({ ...edit, file })}: the text occurs ${offsets.size} times in the ${where}`);
}

function* occurrences(text: string, find: string, { start, end }: FunctionRange): Generator<number> {
  if (find === '') return;
  for (
    let offset = text.indexOf(find, start);
    offset >= 0 && offset + find.length <= end;
    offset = text.indexOf(find, offset + 1)
  )
    yield offset;
}

/** The functions of the name that the edit has; the whole file if it has none. */
function rangesIn(file: string, text: string, { within }: SourceEdit): FunctionRange[] {
  if (within === undefined) return [{ path: [], isNamed: false, start: 0, end: text.length }];
  try {
    return findFunctions(file, text, within);
  } catch (error) {
    throw new VariantError(`${file}: ${firstLine(error)}`);
  }
}

function assertParses(file: string, text: string, edit: SourceEdit): void {
  try {
    parseSource(file, text);
  } catch (error) {
    throw new VariantError(`${described({ ...edit, file })}: the edited file has a syntax error: ${firstLine(error)}`);
  }
}

function described({ file, within, find }: SourceEdit): string {
  return `${file}: ${within === undefined ? '' : `${within}: `}${JSON.stringify(find)}`;
}

function normalised(file: string): string {
  return file.replaceAll('\\', '/').replace(/^\.\//, '');
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
