/**
 * Records as aligned columns: mark of a fault, step, virtual time in seconds, who, what.
 */
import type { Palette } from './colour.ts';
import type { RecordLine } from './record-line.ts';

/** A longer name shifts its own line only. */
const WHO_WIDTH_MAX = 28;
const MARK = '⚡';

export function tableLines(lines: readonly RecordLine[], palette: Palette, indent = '   '): string[] {
  const stepWidth = Math.max(0, ...lines.map(({ step }) => String(step).length));
  const timeWidth = Math.max(0, ...lines.map(({ atMs }) => secondsOf(atMs).length));
  const whoWidth = Math.min(WHO_WIDTH_MAX, Math.max(0, ...lines.map(({ who }) => who.length)));
  return lines.map(({ marked, step, atMs, who, what }) => {
    const moment = `${String(step).padStart(stepWidth)}  ${secondsOf(atMs).padStart(timeWidth)}`;
    if (who === '') return `${indent}${marked ? palette.yellow(`${MARK} ${moment}  ${what}`) : `  ${moment}  ${what}`}`;
    return `${indent}  ${moment}  ${who.padEnd(whoWidth)}   ${what}`;
  });
}

function secondsOf(atMs: number): string {
  return (atMs / 1000).toFixed(3);
}
