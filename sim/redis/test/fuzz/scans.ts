/** Compares scans as a whole: the steps of two servers differ, but not what they return. */
import { type Bytes, LAST_CURSOR } from './case.ts';
import { parseReplies } from './resp.ts';

const SCANS = /^[hsz]?scan$/i;
const PAIRS = /^[hz]scan$/i;

interface Progress {
  readonly elements: Set<Bytes>;
  isDone: boolean;
}

/** The cursor and the elements of a reply; null for another reply. */
function parsed(reply: Bytes, hasPairs: boolean): { readonly cursor: Bytes; readonly elements: Bytes[] } | null {
  const [cursor, found] = (reply.startsWith('*2') ? parseReplies(reply)[0]?.items : null) ?? [];
  if (cursor?.text == null || found?.items == null) return null;
  const texts = found.items.map(({ text }) => text ?? '');
  const elements = hasPairs ? texts.flatMap((name, at) => (at % 2 === 0 ? [`${name}\n${texts[at + 1]}`] : [])) : texts;
  return { cursor: cursor.text, elements };
}

/** The cursor in the reply to a scan; null for another reply. */
export function cursorIn(reply: Bytes): Bytes | null {
  return /^\*2\r\n\$\d+\r\n(\d+)\r\n/.exec(reply)?.[1] ?? null;
}

export class Scans {
  #sides: readonly Progress[] | null = null;

  /**
   * Takes the replies of both servers to a command. Returns the numbers of elements of a scan that
   * both have finished, if the elements differ; otherwise null.
   */
  take(words: readonly Bytes[], replies: readonly Bytes[]): string | null {
    const [name = '', ...rest] = words;
    if (!SCANS.test(name)) return null;
    const cursor = /^scan$/i.test(name) ? rest[0] : rest[1];
    if (cursor !== '0' && cursor !== LAST_CURSOR) return this.#drop();
    if (cursor === '0') this.#sides = replies.map(() => ({ elements: new Set<Bytes>(), isDone: false }));
    const sides = this.#sides;
    if (sides === null) return null;
    for (const [index, side] of sides.entries()) {
      if (side.isDone) continue;
      const reply = parsed(replies[index] ?? '', PAIRS.test(name));
      if (reply === null) return this.#drop();
      for (const element of reply.elements) side.elements.add(element);
      side.isDone = reply.cursor === '0';
    }
    if (!sides.every(({ isDone }) => isDone)) return null;
    const [real = new Set<Bytes>(), model = new Set<Bytes>()] = sides.map(({ elements }) => elements);
    this.#drop();
    const isSame = real.size === model.size && [...real].every((element) => model.has(element));
    return isSame ? null : `(${real.size} scanned elements | ${model.size} scanned elements)`;
  }

  #drop(): null {
    this.#sides = null;
    return null;
  }
}
