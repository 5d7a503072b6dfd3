/** Commands that combine several sorted sets: ZUNION, ZINTER, ZDIFF and their variants. */
import { type Commands, float, integer, keyCount, SYNTAX, type CommandContext, word } from './command.ts';
import { fail, type Reply } from './reply.ts';
import { type Scored, SortedSet } from './sorted-set.ts';
import { withScores } from './sorted-sets.ts';

type How = 'UNION' | 'INTER' | 'DIFF';

const AGGREGATES: Readonly<Record<string, (one: number, other: number) => number>> = {
  // As in Redis, the sum of opposite infinities is 0.
  SUM: (one, other) => (Number.isNaN(one + other) ? 0 : one + other),
  MIN: Math.min,
  MAX: Math.max,
};

interface Options {
  weights: readonly number[];
  aggregate: string;
  withScores: boolean;
}

function optionsOf(count: number, rest: readonly string[]): Options {
  const options: Options = { weights: [], aggregate: 'SUM', withScores: false };
  for (let index = 0; index < rest.length; index += 1) {
    const option = word(rest[index]);
    if (option === 'WITHSCORES') options.withScores = true;
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

function sourceOf(key: string, { keys }: CommandContext): readonly Scored[] {
  const value = keys.value(key);
  if (value instanceof Set) return [...value].map((member) => ({ member, score: 1 }));
  return keys.sorted(key)?.order ?? [];
}

function combine(how: How, [numkeys, ...rest]: readonly string[], context: CommandContext) {
  const count = keyCount(numkeys);
  if (rest.length < count) fail(SYNTAX);
  const options = optionsOf(count, rest.slice(count));
  const aggregate = AGGREGATES[options.aggregate] ?? Math.max;
  const sources = rest.slice(0, count).map((key) => sourceOf(key, context));
  // `sources` counts the sets with this member: negative when the first set does not have it.
  const members = new Map<string, { score: number; sources: number }>();
  for (const [index, source] of sources.entries()) {
    for (const { member, score } of source) {
      const weighted = score * (options.weights[index] ?? 1);
      const entry = members.get(member);
      if (entry === undefined) members.set(member, { score: weighted, sources: index === 0 ? 1 : -1 });
      else {
        entry.score = how === 'DIFF' ? entry.score : aggregate(entry.score, weighted);
        entry.sources += entry.sources < 0 ? -1 : 1;
      }
    }
  }
  const set = new SortedSet();
  for (const [member, entry] of members) {
    if (how === 'INTER' ? entry.sources === count : how === 'DIFF' ? entry.sources === 1 : true)
      set.set(member, entry.score);
  }
  return { set, hasScores: options.withScores };
}

function show(how: How, parameters: readonly string[], context: CommandContext): Reply {
  const { set, hasScores } = combine(how, parameters, context);
  return hasScores ? withScores(set.order) : set.order.map(({ member }) => member);
}

function store(how: How, [to = '', ...parameters]: readonly string[], context: CommandContext): Reply {
  const { set } = combine(how, parameters, context);
  if (set.size === 0) context.keys.remove(to);
  else context.keys.set(to, set);
  return set.size;
}

export const COMBINED_SETS: Commands = {
  zunion: (parameters, context) => show('UNION', parameters, context),
  zinter: (parameters, context) => show('INTER', parameters, context),
  zdiff: (parameters, context) => show('DIFF', parameters, context),
  zunionstore: (parameters, context) => store('UNION', parameters, context),
  zinterstore: (parameters, context) => store('INTER', parameters, context),
  zdiffstore: (parameters, context) => store('DIFF', parameters, context),
  zintercard([numkeys, ...rest], context) {
    const count = keyCount(numkeys);
    const { size } = combine('INTER', [String(count), ...rest.slice(0, count)], context).set;
    const limit = word(rest[count]) === 'LIMIT' ? integer(rest[count + 1]) : 0;
    return limit === 0 ? size : Math.min(limit, size);
  },
};
