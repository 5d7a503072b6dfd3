/**
 * Keeps commands from costing a server gigabytes, seconds or its life. The values that are replaced
 * are valid, and so need no comparison at such a size; larger ones, which are refused, stay.
 */
import type { Bytes } from './case.ts';

interface Limit {
  readonly commands: readonly string[];
  readonly isHarmful: (value: number) => boolean;
  readonly instead: Bytes;
}

const LIMITS: readonly Limit[] = [
  // A negative count is the length of the reply.
  {
    commands: ['srandmember', 'hrandfield', 'zrandmember'],
    isHarmful: (value) => value < -1000 && value > -9.2e18,
    instead: '-5',
  },
  // A string of that length is allocated.
  {
    commands: ['setbit', 'bitfield', 'setrange'],
    isHarmful: (value) => value > 10_000 && value < 2 ** 32 * 64,
    instead: '7',
  },
  // Memory for that number of entries is allocated.
  { commands: ['xautoclaim'], isHarmful: (value) => value > 1000 && value < 9e18, instead: '100' },
];

/** The limit -2^63 + 1 of random picks is as harmful as smaller ones. */
const LEAST_COUNT = '-9223372036854775807';

export function withoutHarm(words: readonly Bytes[], mayBlock: boolean): readonly Bytes[] {
  const name = (words[0] ?? '').toLowerCase();
  const limit = LIMITS.find(({ commands }) => commands.includes(name));
  if (limit !== undefined)
    return words.map((word) =>
      word === LEAST_COUNT || limit.isHarmful(Number(word.replace(/^#/, ''))) ? limit.instead : word,
    );
  return mayBlock || (name !== 'xread' && name !== 'xreadgroup') ? words : withoutBlock(words);
}

/** Removes each option BLOCK with its value. */
function withoutBlock(words: readonly Bytes[]): readonly Bytes[] {
  return words.filter((word, index) => !/^block$/i.test(word) && !/^block$/i.test(words[index - 1] ?? ''));
}
