/**
 * What a campaign did, at its end.
 */
import { type Seed, seedAfter } from '../kernel/seed.ts';
import { printable } from '../replay/printable.ts';
import type { Totals } from '../search/campaign.ts';
import type { Palette } from './colour.ts';
import { nameOfFailure } from './failure-report.ts';
import { counted, duration, roughly, whole } from './numbers.ts';

export interface SummaryContext {
  readonly seedStart: Seed;
  /** Replay files as shown, by signature. */
  readonly replays: ReadonlyMap<string, string>;
}

export function summaryLines(totals: Totals, context: SummaryContext, palette: Palette): string[] {
  const { seeds, events, virtualMs, wallMs, repeated } = totals;
  const last = seedAfter(context.seedStart, Math.max(0, seeds - 1));
  const range = seeds === 1 ? `seed ${context.seedStart}` : `seeds ${context.seedStart} to ${last}`;
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

function outcome({ seeds, failures, checked }: Totals, { replays }: SummaryContext, palette: Palette): string[] {
  if (seeds === 0) return [palette.yellow('nothing ran')];
  if (failures.size === 0)
    return [palette.green(`✔ ${counted(Object.keys(checked).length, 'property', 'properties')} held`)];
  return [...failures].map(([signature, { failure, seed, count }]) => {
    const place = replays.get(signature);
    const seen = `${counted(count, 'seed')}, first ${seed}`;
    return `${palette.red(`✖ ${printable(nameOfFailure(failure))}`)}  ${printable(signature)}  ${seen}${place === undefined ? '' : `  ${place}`}`;
  });
}
