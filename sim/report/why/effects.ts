/**
 * What records led to, the first one first. A failure that says that something is missing has no
 * record of its cause: the records that led to nothing show it.
 */
import type { SourceOf } from '../../kernel/placed-text.ts';
import type { Palette } from '../colour.ts';
import { coneOf } from '../excerpt/cone.ts';
import type { Moment } from '../excerpt/facts.ts';
import { effectsOf } from '../excerpt/facts.ts';
import { type Cause, chainIn, chainLines, type ExplainedRun } from './chain-lines.ts';
import { beginningsOfWhy } from './why.ts';

/** The records, and those that they led to, of the record with this number or of a failure. */
export function effectsIn(run: ExplainedRun, from: number | Moment, sourceOf?: SourceOf): readonly Cause[] {
  return chainIn(run, effectPositions(run, from), sourceOf);
}

/** The lines of `--effects`. */
export function effectLines(
  run: ExplainedRun,
  from: number | Moment,
  options: { readonly verbose: boolean; readonly sourceOf?: SourceOf | undefined },
  palette: Palette,
): string[] {
  return chainLines(run, effectPositions(run, from), { ...options, lastFirst: false }, palette);
}

function effectPositions(run: ExplainedRun, from: number | Moment): number[] {
  return [...coneOf(effectsOf(run.causes), beginningsOfWhy(run, from)).keys()].sort((left, right) => left - right);
}
