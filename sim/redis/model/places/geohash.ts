/**
 * Places as scores of a sorted set: 52 bits that interleave latitude and longitude. Sources: the
 * geohash by Gustavo Niemeyer, with the latitudes of EPSG:900913 as in Redis; distances by the
 * haversine formula.
 */

export interface Place {
  readonly longitude: number;
  readonly latitude: number;
}

/** The limits of EPSG:900913. */
export const LATITUDE_MAX = 85.05112878;
export const LONGITUDE_MAX = 180;
const EARTH_RADIUS_M = 6_372_797.560856;
const STEPS = 26;
const CELLS = 2 ** STEPS;

const radians = (degrees: number): number => degrees * (Math.PI / 180);

/** Latitude takes the even bits. Numbers, because 52 bits are exact in a double. */
function interleave(latitude: number, longitude: number): number {
  let result = 0;
  for (let bit = STEPS - 1; bit >= 0; bit -= 1) {
    const pair = (Math.floor(longitude / 2 ** bit) % 2) * 2 + (Math.floor(latitude / 2 ** bit) % 2);
    result = result * 4 + pair;
  }
  return result;
}

function encode({ longitude, latitude }: Place, latitudeMax: number): number {
  const north = ((latitude + latitudeMax) / (2 * latitudeMax)) * CELLS;
  const east = ((longitude + LONGITUDE_MAX) / (2 * LONGITUDE_MAX)) * CELLS;
  return interleave(Math.floor(north), Math.floor(east));
}

export function scoreOf(place: Place): number {
  return encode(place, LATITUDE_MAX);
}

/** Returns the middle of the cell of the score. */
export function placeOf(score: number): Place {
  let [north, east] = [0, 0];
  for (let bit = STEPS - 1; bit >= 0; bit -= 1) {
    const pair = Math.floor(score / 4 ** bit) % 4;
    north = north * 2 + (pair % 2);
    east = east * 2 + Math.floor(pair / 2);
  }
  const between = (cell: number, most: number): number => {
    const low = -most + (cell / CELLS) * (2 * most);
    const high = -most + ((cell + 1) / CELLS) * (2 * most);
    return Math.max(-most, Math.min(most, (low + high) / 2));
  };
  return { longitude: between(east, LONGITUDE_MAX), latitude: between(north, LATITUDE_MAX) };
}

const ALPHABET = '0123456789bcdefghjkmnpqrstuvwxyz';

/** The standard geohash of 11 characters; its latitudes reach the poles. */
export function geohashOf(score: number): string {
  const hash = BigInt(encode(placeOf(score), 90));
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
