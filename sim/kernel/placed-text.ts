/**
 * Texts that name places in the code. A text itself has no line numbers, so that it stays the same
 * when code above the place changes. It is kept with the places, so that a report can add them.
 */

/** A place in an evaluated text, such as `system.js`. Line and column begin at 1. */
export interface SimulatedPlace {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

/** A place whose column may be left out; it is then the first one. */
export type LinePlace = Omit<SimulatedPlace, 'column'> & { readonly column?: number };

/**
 * A name for a place: its file, such as `node_modules/bindings/bindings.js`, or the function that
 * it is in. Undefined if it is not known.
 */
export type NameAt = (place: LinePlace) => string | undefined;

/** A place in a source, such as `src/server.ts`. Line and column begin at 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** The source of a place; null if it is not known. */
export type SourceOf = (place: SimulatedPlace) => SourcePlace | null;

export const NO_SOURCES: SourceOf = () => null;

/** The name of a file in a text, from `start` to `end`, and the place in the file. */
export interface PlaceInText {
  readonly start: number;
  readonly end: number;
  readonly place: SimulatedPlace;
}

export interface PlacedText {
  readonly text: string;
  /** In the order of the text. */
  readonly places: readonly PlaceInText[];
}

/** The name of a file as a text that is a place from beginning to end. */
export function fileAs(file: string, place: SimulatedPlace): PlacedText {
  return { text: file, places: [{ start: 0, end: file.length, place }] };
}

/** A template whose values may be texts with places. */
export function placed(strings: TemplateStringsArray, ...values: readonly (string | PlacedText)[]): PlacedText {
  const parts = strings.flatMap((string, index) => [string, values[index] ?? '']);
  return joined(parts, '');
}

export function joined(parts: readonly (string | PlacedText)[], separator: string): PlacedText {
  let text = '';
  const places: PlaceInText[] = [];
  for (const [index, part] of parts.entries()) {
    if (index > 0) text += separator;
    const offset = text.length;
    text += typeof part === 'string' ? part : part.text;
    if (typeof part === 'string') continue;
    for (const { start, end, place } of part.places) places.push({ start: start + offset, end: end + offset, place });
  }
  return { text, places };
}

/** The text with lines: `join in server.ts:12` for `join in server.ts`. */
export function withLines({ text, places }: PlacedText, sourceOf: SourceOf): string {
  let result = '';
  let offset = 0;
  for (const { start, end, place } of places) {
    const source = sourceOf(place);
    result += text.slice(offset, start) + (source === null ? text.slice(start, end) : `${source.file}:${source.line}`);
    offset = end;
  }
  return result + text.slice(offset);
}
