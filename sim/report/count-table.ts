/**
 * Counts by name as an aligned table that fits the terminal: sorted by name, read down the columns.
 */
import { printable } from '../kernel/printable.ts';
import { roughly } from './numbers.ts';

const GAP = '   ';
/** Characters that a cell with its gap takes at least: prefix, name, count. */
const CELL_WIDTH_MIN = 8;

/**
 * Lines of at most `columns` characters, except where a single name is longer. Each name has
 * `prefix` before it.
 */
export function countTable(
  counts: Readonly<Record<string, number>>,
  columns: number,
  prefix: '  ' | '! ' = '  ',
): string[] {
  const cells = Object.keys(counts)
    .sort()
    .map((name) => ({ name: `${prefix}${printable(name)}`, count: roughly(counts[name] ?? 0) }));
  let width = Math.min(cells.length, Math.max(1, Math.floor(columns / CELL_WIDTH_MIN)));
  let lines = linesOf(cells, width);
  while (width > 1 && lines.some((line) => line.length > columns)) {
    width -= 1;
    lines = linesOf(cells, width);
  }
  return lines;
}

interface Cell {
  readonly name: string;
  readonly count: string;
}

/** The cells in at most `width` columns, filled from the top to the bottom. */
function linesOf(cells: readonly Cell[], width: number): string[] {
  const height = Math.ceil(cells.length / width);
  const columns = Array.from({ length: width }, (_, index) => cells.slice(index * height, (index + 1) * height));
  const texts = columns.map((column) => {
    const nameWidth = Math.max(0, ...column.map(({ name }) => name.length));
    const countWidth = Math.max(0, ...column.map(({ count }) => count.length));
    return column.map(({ name, count }) => `${name.padEnd(nameWidth)}  ${count.padStart(countWidth)}`);
  });
  return Array.from({ length: height }, (_, row) => texts.flatMap((column) => column[row] ?? []).join(GAP));
}
