/**
 * What a campaign did, at its end.
 */
import { type Seed, seedAfter } from '../kernel/seed.ts';
import { printable } from '../kernel/printable.ts';
import { placeIn, type Shard, shardText, WHOLE } from '../search/shard.ts';
import type { Totals } from '../search/totals.ts';
import type { Palette } from './colour.ts';
import { nameOfFailure } from './failure-report.ts';
import { counted, duration, roughly, whole } from './numbers.ts';

export interface SummaryContext {
  readonly seedStart: Seed;
  /** Replay files as shown, by signature. */
  readonly replays: ReadonlyMap<string, string | null>;
  readonly shard?: Shard;
  /** Why nothing was tested although everything held. */
  readonly untested?: string | null;
}

export function summaryLines(totals: Totals, context: SummaryContext, palette: Palette): string[] {
  const { seeds, events, virtualMs, wallMs, repeated } = totals;
  const { seedStart, shard = WHOLE } = context;
  const [first, last] = [0, Math.max(0, seeds - 1)].map((nth) => seedAfter(seedStart, placeIn(shard, nth)));
  const every = shard.count === 1 ? '' : `, shard ${shardText(shard)}`;
  const range = seeds === 1 ? `seed ${first}${every}` : `seeds ${first} to ${last}${every}`;
  return [
    [
      counted(seeds, 'seed'),
      `${roughly(events)} events`,
      `${duration(virtualMs)} simulated in ${duration(wallMs)}`,
      `${whole(eventsPerSecond(totals))} events/s`,
    ].join('  '),
    ...(seeds === 0
      ? []
      : [palette.dim(`${range}; ${seeds === 1 ? 'run twice' : `${whole(repeated)} of them run again`} and compared`)]),
    ...listed('faults', totals.faults),
    ...listed('checks', totals.checked),
    ...listed('marks', totals.marks),
    ...outcome(totals, context, palette),
  ];
}

export function eventsPerSecond({ events, wallMs }: Pick<Totals, 'events' | 'wallMs'>): number {
  return wallMs <= 0 ? 0 : Math.round((events * 1000) / wallMs);
}

function listed(title: string, counts: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(counts).sort(([left], [right]) => (left < right ? -1 : 1));
  if (entries.length === 0) return [];
  return [`${title.padEnd(8)}${entries.map(([name, count]) => `${printable(name)} ${roughly(count)}`).join(', ')}`];
}

function outcome(
  { seeds, failures, checked }: Totals,
  { replays, untested = null }: SummaryContext,
  palette: Palette,
): string[] {
  if (seeds === 0) return [palette.yellow('nothing ran')];
  if (untested !== null) return [palette.yellow(`nothing was tested: ${printable(untested)}`)];
  if (failures.size === 0)
    return [palette.green(`✔ ${counted(Object.keys(checked).length, 'property', 'properties')} held`)];
  return [...failures].map(([signature, { failure, seed, count }]) => {
    const place = replays.get(signature);
    const seen = `${counted(count, 'seed')}, first ${seed}`;
    return `${palette.red(`✖ ${printable(nameOfFailure(failure))}`)}  ${printable(signature)}  ${seen}${place == null ? '' : `  ${place}`}`;
  });
}
