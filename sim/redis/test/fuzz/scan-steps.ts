/** Generates cases of large values, and of scans that continue with earlier cursors. */
import { CommandWriter } from './arguments.ts';
import { type Bytes, LAST_CURSOR, type Step } from './case.ts';
import { drawSpec } from './draw-spec.ts';
import type { Draw } from './draw.ts';
import { GROUPS, populate } from './groups.ts';
import { withoutHarm } from './harmless.ts';

/** Enough to exceed each limit of the compact encodings of sorted sets, hashes and sets. */
const SIZES = [100, 130, 200, 520, 700] as const;

const numbered = (count: number, create: (index: number) => readonly Bytes[]): Bytes[] =>
  Array.from({ length: count }, (_, index) => create(index)).flat();

type LargeGroup = 'lists' | 'sets' | 'hashes' | 'zsets' | 'streams' | 'keys';

function fill(group: LargeGroup, size: number, draw: Draw): readonly Bytes[][] {
  const prefix = draw.pick(['m', '', 'k:']);
  const name = (index: number): Bytes => `${prefix}${index}`;
  switch (group) {
    case 'lists':
      return [['RPUSH', 'l1', ...numbered(size, (index) => [name(index)])]];
    case 'sets':
      return ['t1', 't2'].map((key, at) => ['SADD', key, ...numbered(size, (index) => [name(index + at * 50)])]);
    case 'hashes':
      return [['HSET', 'h1', ...numbered(size, (index) => [name(index), String(index % 7)])]];
    case 'zsets': {
      const scores = draw.pick([1, 3, size]);
      return ['z1', 'z2'].map((key) => ['ZADD', key, ...numbered(size, (at) => [String(at % scores), name(at)])]);
    }
    case 'streams':
      return numbered(Math.min(size, 250), (at) => [String(at)]).map((at) => [
        'XADD',
        'x1',
        `${Number(at) + 1}-0`,
        'f',
        at,
      ]);
    case 'keys':
      return [['MSET', ...numbered(size, (index) => [name(index), 'v'])]];
  }
}

const COUNTS: readonly Bytes[] = ['1', '50', '99', '128', '500', '1000', '-1000', '100000'];

/** Replaces some small integers by large counts and indexes. */
function enlarged(words: readonly Bytes[], draw: Draw): readonly Bytes[] {
  return words.map((word, index) =>
    index > 1 && /^-?\d{1,3}$/.test(word) && draw.chance(0.4) ? draw.pick(COUNTS) : word,
  );
}

export function largeSteps(draw: Draw): Step[] {
  const writer = new CommandWriter(draw, { value: 0.02, shape: 0.01 });
  const group = draw.pick(['lists', 'sets', 'hashes', 'zsets', 'streams', 'keys'] as const);
  const filled = [...fill(group, draw.pick(SIZES), draw), ...(draw.chance(0.3) ? populate('list', draw) : [])];
  const commands = draw.some(4, 12, () => enlarged(writer.write(drawSpec(GROUPS[group], draw)), draw));
  return [...filled, ...commands].map((words) => ({ client: 0, words: withoutHarm(words, false) }));
}

/** Enough for a real server to come to the end of 700 elements with the smallest count. */
const SCANS_MAX = 90;

/** A scan from its begin to its end. Both servers return each element at least once. */
export function scanSteps(draw: Draw): Step[] {
  const [group, command] = draw.pick([
    ['keys', ['SCAN']],
    ['sets', ['SSCAN', 't1']],
    ['hashes', ['HSCAN', 'h1']],
    ['zsets', ['ZSCAN', 'z1']],
  ] as const);
  const size = draw.pick(SIZES);
  const count = draw.pick([20, 50, 100, 1000]);
  const options = [
    'COUNT',
    String(count),
    ...(draw.chance(0.3) ? ['MATCH', draw.pick(['*1*', 'm?', '[k1]*', '*'])] : []),
    ...(group === 'keys' && draw.chance(0.3) ? ['TYPE', draw.pick(['string', 'list'])] : []),
  ];
  const scan = (cursor: Bytes): Step => ({ client: 0, words: [...command, cursor, ...options], pauseMs: 0 });
  const rounds = Math.min(SCANS_MAX, Math.ceil((size * 2.5) / count) + 3);
  const next = Array.from({ length: rounds }, () => scan(LAST_CURSOR));
  return [...fill(group, size, draw).map((words) => ({ client: 0, words })), scan('0'), ...next];
}
