/** Which flags of `replay` fit together. None is ignored silently. */
import { UsageError } from '../../project/usage-error.ts';
import type { ReplayFlags } from './answers.ts';

/** Flags that print something instead of the trace. */
const ANSWERS = {
  step: '--step',
  state: '--state',
  lastChange: '--last-change',
  suspect: '--suspect',
  lines: '--lines',
  inevitable: '--inevitable',
  why: '--why',
  effects: '--effects',
  diff: '--diff',
  against: '--against',
} as const satisfies Partial<Record<keyof ReplayFlags, string>>;

/** Flags that select records: of the trace, of the page, and of the document. */
const SELECTIONS = { from: '--from', until: '--until', only: '--only', grep: '--grep' } as const;

/** Throws UsageError for flags of which one would have no effect. */
export function checkFit(flags: ReplayFlags, json: boolean): void {
  const { from, until, diff, against, step, html, grep } = flags;
  if (from !== undefined && until !== undefined && from > until)
    throw new UsageError(`--from ${from} is after --until ${until}`);
  if (step === true && json) throw new UsageError('--step talks to a person; leave out --json');
  if (diff === true && against !== undefined)
    throw new UsageError('--diff and --against both compare the run with another one; leave one out');
  if (grep !== undefined && html !== undefined)
    throw new UsageError('--grep does not select records of the page, which has a filter; leave out --html');
  const [answer] = namesOf(ANSWERS, flags);
  // The state has nodes.
  const [selection] = namesOf(SELECTIONS, flags).filter((name) => name !== '--only' || answer !== '--state');
  // The page and the document have records, whatever is printed.
  if (selection === undefined || answer === undefined || html !== undefined || json) return;
  throw new UsageError(`${selection} selects records of the trace, which ${answer} replaces; leave one out`);
}

function namesOf<Name extends keyof ReplayFlags>(table: Readonly<Record<Name, string>>, flags: ReplayFlags): string[] {
  return (Object.keys(table) as Name[]).filter((name) => flags[name] !== undefined).map((name) => table[name]);
}
