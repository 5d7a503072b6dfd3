/**
 * Collects all figures in one JSON document and prints them as a table.
 */
import { cpus } from 'node:os';
import { fanOutFigures } from './fan-out/figures.ts';
import type { Figure } from './figure.ts';
import { gatewayFigures, growthFigures } from './gateway.ts';
import { kernelFigures } from './kernel.ts';
import { levelFigures } from './levels/levels.ts';
import { longRunFigures } from './long-run-figures.ts';
import { memoryFigures } from './memory.ts';
import { packagesFigures } from './packages.ts';
import { loadGateway } from './scenario.ts';
import { redisFigures } from './redis.ts';
import { schedulerFigures } from './scheduler.ts';
import { seedFigures } from './seeds.ts';
import type { Sizes } from './sizes.ts';

export interface BenchDocument {
  readonly node: string;
  readonly cpus: number;
  readonly figures: readonly Figure[];
}

export const GROUPS = [
  'kernel',
  'gateway',
  'levels',
  'fan-out',
  'packages',
  'redis',
  'scheduler',
  'growth',
  'memory',
  'long',
  'seeds',
] as const;

export type Group = (typeof GROUPS)[number];

/** Measures all groups of figures, or one. `onBegin` is called before each of them. */
export async function measure(
  sizes: Sizes,
  only?: Group,
  onBegin: (group: Group) => void = () => undefined,
): Promise<BenchDocument> {
  const loaded = await loadGateway();
  const measures: Record<Group, () => Promise<readonly Figure[]>> = {
    kernel: () => kernelFigures(sizes),
    gateway: () => gatewayFigures(loaded, sizes),
    levels: () => levelFigures(loaded, sizes),
    'fan-out': () => fanOutFigures(sizes),
    packages: () => packagesFigures(loaded, sizes),
    redis: () => redisFigures(sizes),
    scheduler: () => schedulerFigures(sizes),
    growth: () => growthFigures(loaded, sizes),
    memory: () => memoryFigures(loaded, sizes),
    long: () => longRunFigures(sizes),
    seeds: () => seedFigures(loaded, sizes),
  };
  const figures: Figure[] = [];
  for (const group of GROUPS) {
    if (only !== undefined && group !== only) continue;
    onBegin(group);
    figures.push(...(await measures[group]()));
  }
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
