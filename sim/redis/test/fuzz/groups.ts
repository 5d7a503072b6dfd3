/** What is generated together: commands of one kind, and the keys that they find. */
import type { Bytes } from './case.ts';
import { SPECS } from './arguments.ts';
import type { Draw } from './draw.ts';
import { drawText, type KeyType } from './values.ts';

const names = (words: string): readonly string[] => words.split(' ').map((word) => word.replace('|', ' '));

/** Commands that block the connection, which only interleaved cases may send. */
export const BLOCKING: ReadonlySet<string> = new Set(
  names('blpop brpop blmove blmpop brpoplpush bzpopmin bzpopmax bzmpop'),
);

/** The nonblocking commands of a group of COMMAND DOCS. */
const ofGroup = (group: string, except: readonly string[] = []): readonly string[] =>
  [...SPECS.values()]
    .filter((spec) => spec.group === group && !BLOCKING.has(spec.name) && !except.includes(spec.name))
    .map((spec) => spec.name);

const GENERIC = ofGroup('generic', names('migrate wait restore dump object|help object|freq object|idletime'));

/** The data commands of each group. */
export const GROUPS = {
  strings: ofGroup('string'),
  keys: GENERIC,
  lists: ofGroup('list'),
  sets: ofGroup('set'),
  hashes: ofGroup('hash'),
  zsets: ofGroup('sorted-set'),
  streams: ofGroup('stream', names('xgroup|help xinfo|help')),
  bits: ofGroup('bitmap'),
  hyperloglog: ofGroup('hyperloglog', names('pfdebug pfselftest')),
  geo: ofGroup('geo'),
  server: names(
    'echo ping select dbsize time flushdb flushall lastsave role swapdb config|get client|id client|getname client|setname hello command|count object|encoding randomkey memory|usage info reset',
  ),
} as const;

export type DataGroup = keyof typeof GROUPS;

/** The type of the keys that the commands of a group mostly work on. */
export const TYPE_OF: Readonly<Record<DataGroup, KeyType | null>> = {
  strings: 'string',
  keys: null,
  lists: 'list',
  sets: 'set',
  hashes: 'hash',
  zsets: 'sorted-set',
  streams: 'stream',
  bits: 'bitmap',
  hyperloglog: 'hyperloglog',
  geo: 'geo',
  server: null,
};

/** Commands that fill keys of a type. */
export function populate(type: KeyType, draw: Draw): Bytes[][] {
  const text = (): Bytes => drawText(draw, 0.1);
  switch (type) {
    case 'string':
      return [
        ['SET', 's1', text()],
        ['SET', 'n1', draw.pick(['10', '0', '-3', '9223372036854775807', '3.5'])],
      ];
    case 'list':
      return [['RPUSH', 'l1', ...draw.some(1, 5, text)]];
    case 'set': {
      const member = draw.chance(0.5) ? text : () => String(draw.between(1, 6));
      return [
        ['SADD', 't1', ...draw.some(1, 5, member)],
        ['SADD', 't2', ...draw.some(1, 3, member)],
      ];
    }
    case 'hash':
      return [['HSET', 'h1', ...draw.some(1, 4, () => [text(), text()]).flat()]];
    case 'sorted-set':
      return ['z1', 'z2'].map((key) => [
        'ZADD',
        key,
        ...draw.some(1, 5, () => [draw.pick(['0', '1', '2', '2', '3', '-1', '1.5', 'inf']), text()]).flat(),
      ]);
    case 'stream':
      return [
        ['XADD', 'x1', '1-1', 'f', text()],
        ['XADD', 'x1', '2-1', 'f', text(), 'a', 'b'],
        ['XADD', 'x1', '3-0', 'f', 'v'],
        ['XGROUP', 'CREATE', 'x1', 'g', draw.pick(['0', '$', '1-1'])],
        ['XREADGROUP', 'GROUP', 'g', 'c', 'COUNT', '2', 'STREAMS', 'x1', '>'],
      ];
    case 'bitmap':
      return [['SET', 'b1', draw.pick(['\xff\x0f', 'foobar', '\x00\x00', '\xff\xff\xff'])]];
    case 'hyperloglog':
      return [['PFADD', 'p1', ...draw.some(1, 5, text)]];
    case 'geo':
      return [['GEOADD', 'g1', '13.361389', '38.115556', 'a', '15.087269', '37.502669', 'b']];
  }
}
