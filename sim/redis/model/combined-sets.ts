/** Commands that combine several sorted sets: ZUNION, ZINTER, ZDIFF and their variants. */
import { type Commands, float, integer, limitOf, SYNTAX, type CommandContext, word } from './command.ts';
import { fail, type Reply } from './reply.ts';
import { type Scored, SortedSet, storedSet } from './sorted-set.ts';
import { withScores } from './sorted-sets.ts';

type How = 'UNION' | 'INTER' | 'DIFF';

const AGGREGATES: Readonly<Record<string, (one: number, other: number) => number>> = {
  // As in Redis, the sum of opposite infinities is 0.
  SUM: (one, other) => (Number.isNaN(one + other) ? 0 : one + other),
  MIN: (one, other) => (other < one ? other : one),
  MAX: (one, other) => (other > one ? other : one),
};

interface Source {
  readonly scored: readonly Scored[];
  readonly weight: number;
}

interface Options {
  weights: readonly number[];
  aggregate: string;
  withScores: boolean;
}

function optionsOf(how: How, isStored: boolean, count: number, rest: readonly string[]): Options {
  const options: Options = { weights: [], aggregate: 'SUM', withScores: false };
  for (let index = 0; index < rest.length; index += 1) {
    const option = word(rest[index]);
    if (option === 'WITHSCORES' && !isStored) options.withScores = true;
    else if (how === 'DIFF') fail(SYNTAX);
    else if (option === 'AGGREGATE' && Object.hasOwn(AGGREGATES, word(rest[index + 1])))
      options.aggregate = word(rest[(index += 1)]);
    else if (option === 'WEIGHTS' && rest.length > index + count) {
      options.weights = rest
        .slice(index + 1, index + 1 + count)
        .map((weight) => float(weight, 'ERR weight value is not a float'));
      index += count;
    } else fail(SYNTAX);
  }
  return options;
}

/** Parses `numkeys` and the keys behind it. Returns their values and the other parameters. */
function sourcesOf([numkeys, ...rest]: readonly string[], name: string, { keys }: CommandContext) {
  const count = integer(numkeys);
  if (count < 1) fail(`ERR at least 1 input key is needed for '${name}' command`);
  if (rest.length < count) fail(SYNTAX);
  const found = rest.slice(0, count).map((key): readonly Scored[] => {
    const value = keys.value(key);
    if (value instanceof Set) return [...value].map((member) => ({ member, score: 1 }));
    return keys.sorted(key)?.order ?? [];
  });
  return { found, rest: rest.slice(count) };
}

/** Opposite infinities, and infinity times 0, count as 0. */
const weighted = (score: number, weight: number): number => (Number.isNaN(score * weight) ? 0 : score * weight);

function combine(how: How, sources: readonly Source[], aggregateName: string): SortedSet {
  const aggregate = AGGREGATES[aggregateName] ?? Math.max;
  // Sums depend on their order: Redis begins with the smallest set.
  const ordered = how === 'DIFF' ? sources : [...sources].sort((one, other) => one.scored.length - other.scored.length);
  // `sources` counts the sets with this member: negative when the first set does not have it.
  const members = new Map<string, { score: number; sources: number }>();
  for (const [index, { scored, weight }] of ordered.entries()) {
    for (const { member, score } of scored) {
      const entry = members.get(member);
      if (entry === undefined) members.set(member, { score: weighted(score, weight), sources: index === 0 ? 1 : -1 });
      else {
        const operand = how === 'INTER' ? score * weight : weighted(score, weight);
        entry.score = how === 'DIFF' ? entry.score : aggregate(entry.score, operand);
        entry.sources += entry.sources < 0 ? -1 : 1;
      }
    }
  }
  const set = new SortedSet();
  for (const [member, entry] of members) {
    if (how === 'INTER' ? entry.sources === sources.length : how === 'DIFF' ? entry.sources === 1 : true)
      set.set(member, entry.score);
  }
  return set;
}

function combined(how: How, isStored: boolean, name: string, parameters: readonly string[], context: CommandContext) {
  const { found, rest } = sourcesOf(parameters, name, context);
  const options = optionsOf(how, isStored, found.length, rest);
  const sources = found.map((scored, index) => ({ scored, weight: options.weights[index] ?? 1 }));
  return { set: combine(how, sources, options.aggregate), hasScores: options.withScores };
}

function show(how: How, parameters: readonly string[], context: CommandContext): Reply {
  const { set, hasScores } = combined(how, false, `z${how.toLowerCase()}`, parameters, context);
  return hasScores ? withScores(set.order) : set.order.map(({ member }) => member);
}

function store(how: How, [to = '', ...parameters]: readonly string[], context: CommandContext): Reply {
  const { set } = combined(how, true, `z${how.toLowerCase()}store`, parameters, context);
  if (set.size === 0) context.keys.remove(to);
  else context.keys.set(to, storedSet(set.order, context.settings));
  return set.size;
}

export const COMBINED_SETS: Commands = {
  zunion: (parameters, context) => show('UNION', parameters, context),
  zinter: (parameters, context) => show('INTER', parameters, context),
  zdiff: (parameters, context) => show('DIFF', parameters, context),
  zunionstore: (parameters, context) => store('UNION', parameters, context),
  zinterstore: (parameters, context) => store('INTER', parameters, context),
  zdiffstore: (parameters, context) => store('DIFF', parameters, context),
  zintercard(parameters, context) {
    const { found, rest } = sourcesOf(parameters, 'zintercard', context);
    const limit = limitOf(rest);
    const sources = found.map((scored) => ({ scored, weight: 1 }));
    const { size } = combine('INTER', sources, 'SUM');
    return limit === 0 ? size : Math.min(limit, size);
  },
};
