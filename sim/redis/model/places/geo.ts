/** Commands on places, which are members of a sorted set. */
import { type Commands, type CommandContext, SYNTAX, word } from '../command.ts';
import { formatDouble } from '../numbers/doubles.ts';
import { geohashOf, placeOf, scoreOf } from './geohash.ts';
import { findPlaces, pairAt, queryOf } from './geo-search.ts';
import { integerOf } from '../numbers/doubles.ts';
import { normalized } from '../numbers/wide.ts';
import { fail, NULL_LIST, type Reply } from '../reply.ts';
import { storedSet } from '../sorted-set.ts';
import { SORTED_SETS } from '../sorted-sets.ts';
import { distanceBetween, unitOf } from './geo-units.ts';

function add([key = '', ...parameters]: readonly string[], context: CommandContext): Reply {
  const first = parameters.findIndex((text) => !['NX', 'XX', 'CH'].includes(word(text)));
  const options = first < 0 ? parameters : parameters.slice(0, first);
  const items = first < 0 ? [] : parameters.slice(first);
  const words = new Set(options.map(word));
  if (items.length === 0 || items.length % 3 !== 0 || (words.has('NX') && words.has('XX'))) fail(SYNTAX);
  const pairs: string[] = [];
  for (let index = 0; index < items.length; index += 3) {
    pairs.push(String(scoreOf(pairAt(items[index], items[index + 1]))), items[index + 2] ?? '');
  }
  return SORTED_SETS['zadd']?.([key, ...options, ...pairs], context) as Reply;
}

function search(
  name: string,
  key: string,
  words: readonly string[],
  context: CommandContext,
  target: string | null = null,
): Reply {
  const { keys } = context;
  const set = keys.sorted(key);
  const query = queryOf(name, words, set);
  const store = target ?? query.store;
  if (store !== null && (query.withCoordinates || query.withDistance || query.withHash))
    fail(
      `ERR ${target === null ? 'STORE option in GEORADIUS' : 'GEOSEARCHSTORE'} is not compatible with WITHDIST, WITHHASH and WITHCOORD options`,
    );
  const found = findPlaces(set, query);
  if (store !== null) {
    const scored = found.map(({ member, score, distanceM }) => ({
      member,
      score: query.storesDistance ? distanceM / query.unitM : score,
    }));
    const result = storedSet(scored, context.settings);
    if (result.size === 0) keys.remove(store);
    else keys.set(store, result);
    return result.size;
  }
  return found.map(({ member, score, distanceM, place }): Reply => {
    const details: Reply[] = [];
    if (query.withDistance) details.push(distanceBetween(distanceM, query.unitM));
    if (query.withHash) details.push(normalized(integerOf(score, false)));
    if (query.withCoordinates) details.push([coordinate(place.longitude), coordinate(place.latitude)]);
    return details.length === 0 ? member : [member, ...details];
  });
}

/** Formats a coordinate with 17 digits, as Redis does. */
function coordinate(degrees: number): string {
  const text = degrees.toPrecision(20);
  return text.includes('e')
    ? formatDouble(degrees)
    : Number(degrees)
        .toFixed(17)
        .replace(/\.?0+$/, '');
}

export const GEO: Commands = {
  geoadd: add,
  geopos([key = '', ...members], { keys }) {
    const set = keys.sorted(key);
    return members.map((member) => {
      const score = set?.score(member);
      if (score === undefined) return NULL_LIST;
      const { longitude, latitude } = placeOf(score);
      return [coordinate(longitude), coordinate(latitude)];
    });
  },
  geohash([key = '', ...members], { keys }) {
    const set = keys.sorted(key);
    return members.map((member) => {
      const score = set?.score(member);
      return score === undefined ? null : geohashOf(score);
    });
  },
  geodist([key = '', one = '', other = '', unit, ...rest], { keys }) {
    if (rest.length > 0) fail(SYNTAX);
    const unitM = unit === undefined ? 1 : unitOf(unit);
    const set = keys.sorted(key);
    const [first, second] = [set?.score(one), set?.score(other)];
    if (first === undefined || second === undefined) return null;
    return distanceBetween([placeOf(first), placeOf(second)], unitM);
  },
  geosearch: ([key = '', ...words], context) => search('geosearch', key, words, context),
  geosearchstore: ([to = '', key = '', ...words], context) => search('geosearchstore', key, words, context, to),
  georadius: ([key = '', ...words], context) => search('georadius', key, words, context),
  georadius_ro: ([key = '', ...words], context) => search('georadius_ro', key, words, context),
  georadiusbymember: ([key = '', ...words], context) => search('georadiusbymember', key, words, context),
  georadiusbymember_ro: ([key = '', ...words], context) => search('georadiusbymember_ro', key, words, context),
};
