/** Units of distance. */
import { distanceM, type Place } from './geohash.ts';
import { fail } from '../reply.ts';

const UNITS: Readonly<Record<string, number>> = { m: 1, km: 1000, ft: 0.3048, mi: 1609.34 };

/** Returns the metres in a unit. */
export function unitOf(text: string | undefined): number {
  return UNITS[(text ?? '').toLowerCase()] ?? fail('ERR unsupported unit provided. please use M, KM, FT, MI');
}

/** Formats a distance, in metres or between two places, with four decimals. */
export function distanceBetween(distance: number | readonly [Place, Place], unitM: number): string {
  const metres = typeof distance === 'number' ? distance : distanceM(...distance);
  return (metres / unitM).toFixed(4);
}
