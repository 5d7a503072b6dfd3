/** Which places lie within a circle or a box: GEOSEARCH and GEORADIUS. */
import { float, integer, SYNTAX, word } from '../command.ts';
import { formatFixed } from '../numbers/doubles.ts';
import { rangesAround, type Shape } from './geo-cells.ts';
import { distanceM, LATITUDE_MAX, LONGITUDE_MAX, type Place, placeOf } from './geohash.ts';
import { unitOf } from './geo-units.ts';
import { fail } from '../reply.ts';
import type { SortedSet } from '../sorted-set.ts';

export interface Query {
  center: Place | null;
  /** Metres. */
  area: { readonly radiusM: number } | { readonly widthM: number; readonly heightM: number } | null;
  unitM: number;
  withCoordinates: boolean;
  withDistance: boolean;
  withHash: boolean;
  /** 0: all. */
  count: number;
  isAny: boolean;
  order: 'ASC' | 'DESC' | null;
  store: string | null;
  storesDistance: boolean;
}

export interface Found {
  readonly member: string;
  readonly score: number;
  readonly place: Place;
  readonly distanceM: number;
}

const NUMERIC = 'ERR need numeric';

/** Parses two coordinates. */
export function pairAt(longitudeText: string | undefined, latitudeText: string | undefined): Place {
  const [longitude, latitude] = [float(longitudeText), float(latitudeText)];
  return Math.abs(longitude) <= LONGITUDE_MAX && Math.abs(latitude) <= LATITUDE_MAX
    ? { longitude, latitude }
    : fail(`ERR invalid longitude,latitude pair ${formatFixed(longitude)},${formatFixed(latitude)}`);
}

function memberAt(member: string | undefined, set: SortedSet | undefined): Place | null {
  if (set === undefined) return null;
  return placeOf(set.score(member ?? '') ?? fail('ERR could not decode requested zset member'));
}

/** Parses lengths. All must be numbers before one may be found to be negative. */
function lengths(texts: readonly (string | undefined)[], names: readonly string[], problem: string): number[] {
  const values = texts.map((text, index) => float(text, `${NUMERIC} ${names[index]}`));
  return values.every((value) => value >= 0) ? values : fail(problem);
}

/** Parses the parameters behind the key. */
export function queryOf(name: string, words: readonly string[], set: SortedSet | undefined): Query {
  const isRadius = name.startsWith('georadius');
  const query: Query = {
    center: null,
    area: null,
    unitM: 1,
    withCoordinates: false,
    withDistance: false,
    withHash: false,
    count: 0,
    isAny: false,
    order: null,
    store: null,
    storesDistance: false,
  };
  const circle = (radius: string | undefined, unit: string | undefined): void => {
    const [value = 0] = lengths([radius], ['radius'], 'ERR radius cannot be negative');
    query.unitM = unitOf(unit);
    query.area = { radiusM: value * query.unitM };
  };
  let index = 0;
  if (isRadius) {
    const isByMember = name.startsWith('georadiusbymember');
    query.center = isByMember ? memberAt(words[0], set) : pairAt(words[0], words[1]);
    index = isByMember ? 3 : 4;
    // Without the key, Redis does not look at the radius around a member of it.
    if (isByMember && set === undefined) query.area = { radiusM: 0 };
    else circle(words[index - 2], words[index - 1]);
  }
  const centers = { count: 0 };
  for (; index < words.length; index += 1) {
    const option = word(words[index]);
    const rest = words.length - index - 1;
    if (option === 'WITHDIST') query.withDistance = true;
    else if (option === 'WITHHASH') query.withHash = true;
    else if (option === 'WITHCOORD') query.withCoordinates = true;
    else if (option === 'ANY') query.isAny = true;
    else if (option === 'ASC' || option === 'DESC') query.order = option;
    else if (option === 'COUNT' && rest >= 1) {
      query.count = integer(words[(index += 1)]);
      if (query.count <= 0) fail('ERR COUNT must be > 0');
    } else if (isRadius && !name.endsWith('_ro') && (option === 'STORE' || option === 'STOREDIST') && rest >= 1) {
      query.store = words[(index += 1)] ?? '';
      query.storesDistance = option === 'STOREDIST';
    } else if (!isRadius && option === 'FROMMEMBER' && rest >= 1 && centers.count === 0) {
      query.center = memberAt(words[(index += 1)], set);
      centers.count += 1;
    } else if (!isRadius && option === 'FROMLONLAT' && rest >= 2 && centers.count === 0) {
      query.center = pairAt(words[index + 1], words[index + 2]);
      centers.count += 1;
      index += 2;
    } else if (!isRadius && option === 'BYRADIUS' && rest >= 2 && query.area === null) {
      circle(words[index + 1], words[index + 2]);
      index += 2;
    } else if (!isRadius && option === 'BYBOX' && rest >= 3 && query.area === null) {
      const texts = [words[index + 1], words[index + 2]];
      const negative = 'ERR height or width cannot be negative';
      const [width = 0, height = 0] = lengths(texts, ['width', 'height'], negative);
      query.unitM = unitOf(words[index + 3]);
      query.area = { widthM: width * query.unitM, heightM: height * query.unitM };
      index += 3;
    } else if (name === 'geosearchstore' && option === 'STOREDIST') query.storesDistance = true;
    else fail(SYNTAX);
  }
  if (!isRadius && centers.count === 0)
    fail(`ERR exactly one of FROMMEMBER or FROMLONLAT can be specified for ${name}`);
  if (query.area === null) fail(`ERR exactly one of BYRADIUS and BYBOX can be specified for ${name}`);
  if (query.isAny && query.count === 0) fail('ERR the ANY argument requires COUNT argument');
  return query;
}

function isWithin(center: Place, place: Place, area: NonNullable<Query['area']>): boolean {
  if ('radiusM' in area) return distanceM(center, place) <= area.radiusM;
  const north = distanceM(center, { ...center, latitude: place.latitude });
  if (north > area.heightM / 2) return false;
  return distanceM({ ...center, latitude: place.latitude }, place) <= area.widthM / 2;
}

function shapeOf(area: NonNullable<Query['area']>): Shape {
  if ('radiusM' in area) return { halfWidthM: area.radiusM, halfHeightM: area.radiusM, radiusM: area.radiusM };
  const [halfWidthM, halfHeightM] = [area.widthM / 2, area.heightM / 2];
  return { halfWidthM, halfHeightM, radiusM: Math.sqrt(halfWidthM * halfWidthM + halfHeightM * halfHeightM) };
}

/**
 * Returns places by distance if the query sorts or counts them; otherwise by cell, and by score
 * within a cell.
 */
export function findPlaces(set: SortedSet | undefined, { center, area, order, count, isAny }: Query): readonly Found[] {
  if (set === undefined || center === null || area === null) return [];
  const found: Found[] = [];
  const isEnough = (): boolean => isAny && found.length >= count;
  for (const { from, to } of rangesAround(center, shapeOf(area))) {
    for (const { member, score } of set.order) {
      if (isEnough() || score >= to) break;
      const place = score >= from ? placeOf(score) : null;
      if (place !== null && isWithin(center, place, area))
        found.push({ member, score, place, distanceM: distanceM(center, place) });
    }
  }
  const sorting = order ?? (count > 0 && !isAny ? 'ASC' : null);
  if (sorting !== null) found.sort((one, other) => (one.distanceM - other.distanceM) * (sorting === 'ASC' ? 1 : -1));
  return count === 0 ? found : found.slice(0, count);
}
