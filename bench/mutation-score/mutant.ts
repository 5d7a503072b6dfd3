/**
 * A mechanical mutant: one small change of one place of the gateway's source. It is an edit, as the
 * variants of a scenario are, so nothing is written to disk.
 */
import type { SourceEdit } from '../../sim/index.ts';

export interface Mutant {
  /** Made from the text around the mutant, so it stays the same while other lines change. */
  readonly id: string;
  /** The name that Stryker gives to this kind of change, such as `EqualityOperator`. */
  readonly mutator: string;
  /** Relative to the root of the repository. */
  readonly file: string;
  /** The code that is replaced, and what replaces it. */
  readonly original: string;
  readonly replacement: string;
  /** Replaces `find`, which occurs once in the file, by `put`. */
  readonly find: string;
  readonly put: string;
}

/** Paths in edits are relative to `properties/`, where the scenario is. */
export function editOf({ file, find, put }: Mutant): SourceEdit {
  return { file: `../${file}`, find, put };
}

/**
 * The line of a mutant in the text of its file, from 1. Null if the text has changed so that the
 * mutant no longer fits.
 */
export function lineOf({ find, put }: Mutant, text: string): number | null {
  const offset = text.indexOf(find);
  if (offset < 0 || text.indexOf(find, offset + 1) >= 0) return null;
  let same = 0;
  while (same < find.length && find[same] === put[same]) same += 1;
  return text.slice(0, offset + same).split('\n').length;
}
