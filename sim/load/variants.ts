/**
 * Variants: edits of a system's own source, applied as it is bundled. An edit names a file, a
 * function in it and a text that occurs exactly once in that function. When the function has moved,
 * it is looked for in the system's other files.
 */
import type { SourceEdit } from '../system/image.ts';
import { VariantError } from './errors.ts';
import { findFunctions, parseSource, type FunctionRange } from './find-function.ts';

/** A place for an edit: the offset of the text to be replaced. */
interface Place {
  readonly file: string;
  readonly offset: number;
}

/**
 * Applies the edits in order and returns the changed files alone. `sources` holds all of the
 * system's own files; paths are relative to the scenario's file in it as in the edits. Throws
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
  const functions = named === undefined ? [] : functionsIn(file, named, edit);
  if (named !== undefined) {
    const place = onlyPlaceIn(file, named, functions, edit);
    if (place !== null) return place;
  }
  const elsewhere: Place[] = [];
  for (const [other, text] of texts) {
    // Parsing is dear; a file without the text can't be the one.
    if (other === file || !text.includes(edit.find)) continue;
    const place = onlyPlaceIn(other, text, functionsIn(other, text, edit), edit);
    if (place !== null) elsewhere.push(place);
  }
  const [first, second] = elsewhere;
  if (first !== undefined && second === undefined) return first;
  if (first !== undefined) {
    throw new VariantError(
      `${described(edit)} is not there any more, but in several other files: ${elsewhere.map((place) => place.file).join(', ')}`,
    );
  }
  if (named === undefined)
    throw new VariantError(
      `${described(edit)}: the system has no such file, and no other file has such a function with that text`,
    );
  if (functions.length === 0)
    throw new VariantError(
      `${described(edit)}: the file has no function of that name, and no other file has one with that text`,
    );
  throw new VariantError(
    `${described(edit)}: the function does not contain that text, and no other file has one that does`,
  );
}

/** Null when no function of the name holds the text. */
function onlyPlaceIn(file: string, text: string, functions: readonly FunctionRange[], edit: SourceEdit): Place | null {
  const offsets = new Set<number>();
  const holding = functions.filter((range) => {
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
      `${described({ ...edit, file })} is ambiguous, ${holding.length} functions contain the text: ${paths}`,
    );
  }
  throw new VariantError(
    `${described({ ...edit, file })}: the text occurs ${offsets.size} times in the function, must be once`,
  );
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

function functionsIn(file: string, text: string, edit: SourceEdit): FunctionRange[] {
  try {
    return findFunctions(file, text, edit.within);
  } catch (error) {
    throw new VariantError(`${file}: ${firstLine(error)}`);
  }
}

function assertParses(file: string, text: string, edit: SourceEdit): void {
  try {
    parseSource(file, text);
  } catch (error) {
    throw new VariantError(
      `${described({ ...edit, file })}: after the edit the file does not parse: ${firstLine(error)}`,
    );
  }
}

function described({ file, within, find }: SourceEdit): string {
  return `${file}: ${within}: ${JSON.stringify(find)}`;
}

function normalised(file: string): string {
  return file.replaceAll('\\', '/').replace(/^\.\//, '');
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}
