/**
 * Places as scores of a sorted set: 52 bits that interleave latitude and longitude. Sources: the
 * geohash by Gustavo Niemeyer, with the latitudes of EPSG:900913 as in Redis; distances by the
 * haversine formula.
 */
import { integerOf } from '../numbers/doubles.ts';

export interface Place {
  readonly longitude: number;
  readonly latitude: number;
}

/** The limits of EPSG:900913. */
export const LATITUDE_MAX = 85.05112878;
export const LONGITUDE_MAX = 180;
const EARTH_RADIUS_M = 6_372_797.560856;
/** Bits of a latitude, and of a longitude. */
export const STEPS = 26;
/** Longitude 180 needs a bit more, and any score is read as a place. */
const BITS_MAX = 32;

const RADIAN = Math.PI / 180;
const radians = (degrees: number): number => degrees * RADIAN;

/** Latitude takes the even bits. Exact up to 53 bits, then rounded as a double is. */
function interleave(latitude: number, longitude: number): number {
  let result = 0;
  for (let bit = BITS_MAX - 1; bit >= 0; bit -= 1) {
    const pair = (Math.floor(longitude / 2 ** bit) % 2) * 2 + (Math.floor(latitude / 2 ** bit) % 2);
    result = result * 4 + pair;
  }
  return result;
}

/** The index of the cell of a coordinate, of `2 ** steps` cells between `-most` and `most`. */
export function cellAt(degrees: number, most: number, steps: number): number {
  return Math.floor(((degrees + most) / (2 * most)) * 2 ** steps);
}

/** The lower edge of a cell. Degrees. */
export function edgeOf(cell: number, most: number, steps: number): number {
  return -most + (cell / 2 ** steps) * (2 * most);
}

export function scoreOf({ longitude, latitude }: Place): number {
  return interleave(cellAt(latitude, LATITUDE_MAX, STEPS), cellAt(longitude, LONGITUDE_MAX, STEPS));
}

/** The score of a larger cell, which is the least score of the places in it. */
export function scoreOfCell(north: number, east: number, steps: number): number {
  return interleave(north, east) * 4 ** (STEPS - steps);
}

/** Returns the middle of the cell of the score, which may be any number. */
export function placeOf(score: number): Place {
  let rest = BigInt.asUintN(2 * BITS_MAX, integerOf(score, true));
  let [north, east] = [0, 0];
  for (let bit = 0; bit < BITS_MAX; bit += 1) {
    const pair = Number(rest & 3n);
    north += (pair % 2) * 2 ** bit;
    east += Math.floor(pair / 2) * 2 ** bit;
    rest >>= 2n;
  }
  const between = (cell: number, most: number): number => {
    const middle = (edgeOf(cell, most, STEPS) + edgeOf((cell + 1) % 2 ** BITS_MAX, most, STEPS)) / 2;
    return Math.max(-most, Math.min(most, middle));
  };
  return { longitude: between(east, LONGITUDE_MAX), latitude: between(north, LATITUDE_MAX) };
}

const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz';

/** The standard geohash of 11 characters; its latitudes reach the poles. */
export function geohashOf(score: number): string {
  const { longitude, latitude } = placeOf(score);
  const hash = BigInt(interleave(cellAt(latitude, 90, STEPS), cellAt(longitude, LONGITUDE_MAX, STEPS)));
  // 52 bits make ten characters; the last one has none left.
  const characters = Array.from({ length: 10 }, (_, index) => ALPHABET[Number((hash >> BigInt(47 - index * 5)) & 31n)]);
  return `${characters.join('')}0`;
}

/** Metres. */
export function distanceM(one: Place, other: Place): number {
  const [north, otherNorth] = [radians(one.latitude), radians(other.latitude)];
  const east = Math.sin((radians(other.longitude) - radians(one.longitude)) / 2);
  const up = Math.sin((otherNorth - north) / 2);
  if (east === 0) return EARTH_RADIUS_M * Math.abs(otherNorth - north);
  return 2 * EARTH_RADIUS_M * Math.asin(Math.sqrt(up * up + Math.cos(north) * Math.cos(otherNorth) * east * east));
}

/** The corners of the smallest box around a shape, in degrees, which may be beyond the limits. */
export function boundsAround(
  { longitude, latitude }: Place,
  halfWidthM: number,
  halfHeightM: number,
): { readonly from: Place; readonly to: Place } {
  const north = halfHeightM / EARTH_RADIUS_M / RADIAN;
  // The box is wider where meridians are closer to each other.
  const widest = latitude < 0 ? latitude - north : latitude + north;
  const east = halfWidthM / EARTH_RADIUS_M / Math.cos(radians(widest)) / RADIAN;
  return {
    from: { longitude: longitude - east, latitude: latitude - north },
    to: { longitude: longitude + east, latitude: latitude + north },
  };
}
