/** Which part of the state is asked for. */
import { UsageError } from '../../project/usage-error.ts';
import type { StateChange } from '../../kernel/state-change.ts';

/** `60..66`, or `60` for one step. Throws UsageError. */
export function parseSteps(text: string): { readonly from: number; readonly until: number } {
  const [, first, last = first] = /^(\d{1,12})(?:\.\.(\d{1,12}))?$/.exec(text) ?? [];
  const [from, until] = [Number(first), Number(last)];
  if (first === undefined || from < 1 || until < from)
    throw new UsageError(`invalid steps ${text} (expected a step such as 60, or a range such as 60..66)`);
  return { from, until };
}

export interface LastChange {
  readonly step: number;
  /** Those of the name, in this step. */
  readonly changes: readonly StateChange[];
}

/** Number of similar names to list. */
const SIMILAR_MAX = 5;

/**
 * The last step that changed a value: `Room.1.#members`, with or without its node, or anything
 * within it. `name`: how the caller names the option. Throws UsageError for an unknown value.
 */
export function lastChangeOf(changes: readonly StateChange[], wanted: string, name: string): LastChange {
  const own = changesOf(changes, wanted);
  const last = own.at(-1);
  if (last === undefined) {
    const similar = similarTo(wanted, changes);
    const hint = similar.length === 0 ? '--state 1 --verbose lists the first ones' : `similar: ${similar.join(', ')}`;
    throw new UsageError(`${name}: no value is called ${wanted}; ${hint}`);
  }
  return { step: last.step, changes: own.filter(({ step }) => step === last.step) };
}

/** The changes of a value and of anything in it. */
export function changesOf(changes: readonly StateChange[], wanted: string): readonly StateChange[] {
  return changes.filter(({ path }) => isWithin(path, wanted));
}

/** The name may leave out the node and the file. */
function isWithin(path: string, wanted: string): boolean {
  const [folders = ''] = path.split(/[[{]/, 1);
  const starts = [0, ...[...folders.matchAll(/\//g)].map(({ index }) => index + 1)];
  return starts.some(
    (start) => path.startsWith(wanted, start) && /^(?:$|[.[{])/.test(path.slice(start + wanted.length)),
  );
}

function similarTo(wanted: string, changes: readonly StateChange[]): string[] {
  const word = (/[A-Za-z_]\w*$/.exec(wanted)?.[0] ?? wanted).toLowerCase();
  const names = changes.map(({ path }) => path).filter((path) => path.toLowerCase().includes(word));
  return [...new Set(names)].slice(0, SIMILAR_MAX);
}
