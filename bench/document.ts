/**
 * All figures in one document, and the same as a table for people.
 */
import { cpus } from 'node:os';
import type { Figure } from './figure.ts';
import { gatewayFigures, growthFigure } from './gateway.ts';
import { kernelFigures } from './kernel.ts';
import { loadGateway } from './scenario.ts';
import { seedFigures } from './seeds.ts';
import type { Sizes } from './sizes.ts';

export interface BenchDocument {
  readonly node: string;
  readonly cpus: number;
  readonly figures: readonly Figure[];
}

export async function measure(sizes: Sizes): Promise<BenchDocument> {
  const loaded = await loadGateway();
  const figures = [
    ...(await kernelFigures(sizes)),
    ...(await gatewayFigures(loaded, sizes)),
    await growthFigure(loaded, sizes),
    ...(await seedFigures(loaded, sizes)),
  ];
  return { node: process.version, cpus: cpus().length, figures };
}

export function table({ node, cpus: cpuCount, figures }: BenchDocument): string {
  const rows = [
    ['figure', 'ours', 'reference', 'unit', 'ratio', 'reference is'],
    ...figures.map((figure) => [
      figure.name,
      readable(figure.ours),
      readable(figure.reference),
      figure.unit,
      figure.ratio.toFixed(3),
      figure.referenceName,
    ]),
  ];
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const isNumber = (column: number): boolean => column === 1 || column === 2 || column === 4;
  const lines = rows.map((row) =>
    row
      .map((text, column) => (isNumber(column) ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
  return [`node ${node}, ${cpuCount} cpus`, '', ...lines].join('\n');
}

function readable(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toFixed(value >= 10 ? 1 : 2);
}
