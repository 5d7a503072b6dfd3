/**
 * Numbers and durations as text, independent of the machine's locale.
 */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** `12,345` */
export function whole(value: number): string {
  return Math.round(value)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, ',');
}

/** `12,345`; `3.1 M` from a million on, `2.0 G` from a billion on. */
export function roughly(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toFixed(1)} G`;
  return value >= 1e6 ? `${(value / 1e6).toFixed(1)} M` : whole(value);
}

/** `850 ms`, `12.4 s`, `3.5 min`, `6.7 h` */
export function duration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 2 * MINUTE_MS) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 2 * HOUR_MS ? `${(ms / MINUTE_MS).toFixed(1)} min` : `${hours(ms / HOUR_MS)} h`;
}

/** `1 seed`, `2 seeds` */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
  return `${whole(count)} ${count === 1 ? noun : nouns}`;
}

function hours(value: number): string {
  return value < 100 ? value.toFixed(1) : whole(value);
}
