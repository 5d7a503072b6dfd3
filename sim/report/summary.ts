/**
 * The end of a campaign: its size, its statistics, and its failures.
 */
import { type Seed, seedAfter } from '../kernel/seed.ts';
import { printable } from '../kernel/printable.ts';
import { placeIn, type Shard, shardText, WHOLE } from '../search/shard.ts';
import type { Uses } from '../run/use-counts.ts';
import type { Totals } from '../search/totals.ts';
import type { Palette } from './colour.ts';
import { countTable } from './count-table.ts';
import { nameOfFailure } from './failure-report.ts';
import { counted, duration, roughly, whole } from './numbers.ts';

type Counts = Readonly<Record<string, number>>;

export interface SummaryContext {
  readonly seedStart: Seed;
  /** Replay files as shown, by signature. */
  readonly replays: ReadonlyMap<string, string | null>;
  readonly shard?: Shard | undefined;
  /** Why too little was tested although everything held. */
  readonly untested?: string | null | undefined;
}

/** `columns`: the width of the terminal, which the tables are fitted into. */
export function summaryLines(totals: Totals, context: SummaryContext, palette: Palette, columns: number): string[] {
  const { seeds, events, virtualMs, wallMs, marks, faults, uses, checked } = totals;
  const section = (title: string, counts: Counts): string[] => sectionLines(title, counts, palette, columns);
  return [
    [
      counted(seeds, 'seed'),
      `${roughly(events)} events`,
      `${duration(virtualMs)} simulated in ${duration(wallMs)}`,
      `${whole(eventsPerSecond(totals))} events/s`,
    ].join('  '),
    ...(seeds === 0 ? [] : [palette.dim(seedsText(totals, context))]),
    ...section(marksTitle(marks), marks),
    ...section('operations', endsOf(uses)),
    ...section('faults injected', faults),
    ...section('checks', checked),
    ...outcomeLines(totals, context, palette),
  ];
}

export function eventsPerSecond({ events, wallMs }: Pick<Totals, 'events' | 'wallMs'>): number {
  return wallMs <= 0 ? 0 : Math.round((events * 1000) / wallMs);
}

function seedsText({ seeds, repeated }: Totals, { seedStart, shard = WHOLE }: SummaryContext): string {
  const [first, last] = [0, seeds - 1].map((nth) => seedAfter(seedStart, placeIn(shard, nth)));
  const range = seeds === 1 ? `seed ${first}` : `seeds ${first} to ${last}`;
  const ofShard = shard.count === 1 ? '' : `, shard ${shardText(shard)}`;
  return `${range}${ofShard}; ${seeds === 1 ? 'run twice' : `${whole(repeated)} of them run again`} and compared`;
}

/** By name those that ended `ok`, also if none did, and apart from them those that did not. */
function endsOf({ operations }: Uses): Counts {
  const ends = Object.entries(operations).flatMap(([name, { ok, fail, unknown }]) => [
    [name, ok] as const,
    ...(fail === 0 ? [] : [[`${name}: fail`, fail] as const]),
    ...(unknown === 0 ? [] : [[`${name}: unknown`, unknown] as const]),
  ]);
  return Object.fromEntries(ends);
}

function marksTitle(marks: Counts): string {
  const counts = Object.values(marks);
  const missed = counts.filter((count) => count === 0).length;
  return missed === 0 ? 'marks' : `marks (${missed} of ${counts.length} not reached)`;
}

/**
 * Zeros come first and have a `!`: the seeds have shown nothing about a mark that was not reached,
 * an operation that never ended `ok`, or a property that was not checked.
 */
function sectionLines(title: string, counts: Counts, palette: Palette, columns: number): string[] {
  const select = (isZero: boolean): Counts =>
    Object.fromEntries(Object.entries(counts).filter(([, count]) => (count === 0) === isZero));
  const table = [
    ...countTable(select(true), columns, '! ').map((line) => palette.yellow(line)),
    ...countTable(select(false), columns),
  ];
  return table.length === 0 ? [] : [palette.bold(title), ...table];
}

function outcomeLines(
  { seeds, failures, checked }: Totals,
  { replays, untested = null }: SummaryContext,
  palette: Palette,
): string[] {
  if (seeds === 0) return [palette.yellow('nothing ran')];
  if (untested !== null) return [palette.yellow(`not tested: ${printable(untested)}`)];
  if (failures.size === 0) return [heldLine(checked, palette)];
  return [...failures].map(([signature, { failure, seed, count }]) => {
    const name = palette.red(`✖ ${printable(nameOfFailure(failure))}`);
    const file = replays.get(signature);
    const parts = [name, printable(signature), `${counted(count, 'seed')}, first ${seed}`, file ?? ''];
    return parts.filter((part) => part !== '').join('  ');
  });
}

/** A property that was never judged did not hold. */
function heldLine(checked: Counts, palette: Palette): string {
  const unjudged = Object.values(checked).filter((count) => count === 0).length;
  const held = palette.green(`✔ ${counted(Object.keys(checked).length - unjudged, 'property', 'properties')} held`);
  return unjudged === 0 ? held : `${held}, ${palette.yellow(`${unjudged} never judged`)}`;
}
