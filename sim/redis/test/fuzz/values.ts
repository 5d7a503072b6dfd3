/**
 * Arguments, most of them ordinary and some awkward. Positive times to live are at least 100 s, so
 * that no key expires while a case runs, unless the case waits for that.
 */
import type { Bytes } from './case.ts';
import type { Draw } from './draw.ts';

const list = (words: string): readonly Bytes[] => words.split(' ');

const SMALL_INTEGERS = list('0 1 2 3 -1 -2 5 10 -3 -100 100');
const LIMITS = list(
  '9223372036854775807 -9223372036854775808 9223372036854775808 -9223372036854775809 9223372036854775806 4294967295 4294967296 2147483647 -2147483648 2147483648 18446744073709551615 9007199254740993 -9007199254740993',
);
const NOT_INTEGERS: readonly Bytes[] = [
  '',
  ' 1',
  '1 ',
  '+1',
  '01',
  '1.5',
  'abc',
  '0x10',
  '-0',
  '1e3',
  '\xff',
  '-',
  '1\x00',
];
const FLOATS = list('0 1 2 3 -1 0.5 1.5 -2.25 10 100 3.0 0.1 1e3');
const AWKWARD_FLOATS: readonly Bytes[] = [
  ...list(
    'inf -inf +inf nan -nan 1e400 -1e400 1e-400 1e17 1e21 123456789012345678 .5 5. 0x10 0x1p3 infinity INF -0 1e 1_000 0.3 1e308 5e-324 3.3333333333333335 1e5 100000000000000000000 +5 abc',
  ),
  ...['', ' 1', '1 ', '\xff', '1\x00'],
];
const TEXTS: readonly Bytes[] = list('a b c x foo hello A 1 2 10 -5 3.5');
const AWKWARD_TEXTS: readonly Bytes[] = [
  ...[
    '',
    '\xff',
    '\xff\xfe',
    '\xc3\xa9',
    'foo bar',
    '\x00',
    '\r\n',
    'a\x00b',
    '\xe2\x82',
    '\xf0\x9f\x98\x80',
    '\xed\xb0\x80',
    ' ',
  ],
  ...[
    'x'.repeat(70),
    '\xff'.repeat(10),
    '0'.repeat(20),
    '"',
    "'",
    '\\x00',
    '[a',
    '(1',
    '9223372036854775807',
    '1e400',
    '-',
  ],
];
const PATTERNS: readonly Bytes[] = [
  ...list('* a* ? *1 s? [a-c] [^a] [^a-c]* \\* [ [a h?llo ** [z-a] a\\ k*1 [\\]] *b* [a-]'),
  ...['\xff*', '?\xa9', '[\xe0-\xff]*', '', 'l[1', '*\x00*'],
];
const SCORES = list('-inf +inf inf 0 1 2 (1 (2 3 (inf (-inf 1.5 5 -1');
const AWKWARD_SCORES: readonly Bytes[] = ['(', '((1', '[1', 'nan', '(nan', '', 'abc', '1e400', '( 1', '+', '-', '0x1'];
const LEXES: readonly Bytes[] = ['-', '+', '[a', '(a', '[b', '(b', '[c', '(x', '[foo', '[', '('];
const AWKWARD_LEXES: readonly Bytes[] = ['', 'a', '[foo\xff', '(\xff', '++', '--', '-a', '1', '[a\x00', '[\xc3\xa9'];
const STREAM_IDS = list('0 1 1-1 2-1 3-0 1-2 5 5-5 0-1 9-9');
const AWKWARD_IDS: readonly Bytes[] = [
  ...list(
    '* $ > - + 0-0 5-* 1-1-1 18446744073709551615-18446744073709551615 18446744073709551615 18446744073709551616 9007199254740993-1 1-18446744073709551615 -1 1- -1-1 abc (1-1 (18446744073709551615 ( 1-abc (- (+ 01-01',
  ),
  '',
  '\xff',
];
/**
 * Times to live that are all different. Whether one is greater than another that a key was given
 * a moment before must not depend on the moment. Each is just above a multiple of 20 s, to which
 * the comparison rounds.
 */
const DURATIONS = Array.from({ length: 40 }, (_, index) => 100 + index * 20 + (index % 7));
const NO_TIMES = Array<readonly Bytes[]>(8).fill(['0', '-1']).flat();
const SECONDS: readonly Bytes[] = [...DURATIONS.map(String), '100000', ...NO_TIMES];
const MILLISECONDS: readonly Bytes[] = [...DURATIONS.map((seconds) => `${seconds + 1}500`), ...NO_TIMES];
const AWKWARD_TIMES: readonly Bytes[] = [
  ...list(
    '9223372036854775807 -9223372036854775808 9223372036854775 9223372036854776 9223372036854775808 abc 1.5 1e5 -9223372036854776',
  ),
  '',
  '\xff',
];
const UNIX_SECONDS = list('9999999999 99999999999 1 0 -1 9999999999');
const UNIX_MILLISECONDS = list('9999999999999 99999999999999 1 0 -1 9999999999999');
const CURSORS: readonly Bytes[] = list('0 0 0 0 0 0 abc -1 18446744073709551616 1.5');
const ENCODINGS = list('u8 i8 u4 i16 u63 i64 u1 i5 u64 i65 u0 x8 i U8 u16a');
const BIT_OFFSETS = list('0 1 7 8 #1 #0 100 -1 #-1 # abc 4294967295 4294967296 9223372036854775807');
const DEGREES = list('13.361389 38.115556 15.087269 37.502669 0 -0.5 85 -85 86 180 181 -180 nan inf');

/** Words between which a draw chooses; the second list is used with `awkwardness`. */
type Choice = readonly [ordinary: readonly Bytes[], awkward: readonly Bytes[]];

/** Bounds between which there are elements. */
const LOW = list('-inf -inf 0 -1 (-1 1');
const HIGH = list('+inf inf 2 3 10 (3');

const INTEGER: Choice = [SMALL_INTEGERS, [...LIMITS, ...NOT_INTEGERS]];
const FLOAT: Choice = [FLOATS, AWKWARD_FLOATS];
const TEXT: Choice = [TEXTS, AWKWARD_TEXTS];
const SCORE: Choice = [SCORES, AWKWARD_SCORES];
const LEX: Choice = [LEXES, AWKWARD_LEXES];
const ID: Choice = [STREAM_IDS, AWKWARD_IDS];
const COUNT: Choice = [list('1 2 3 10 0 -1 1 2 100'), [...LIMITS, ...NOT_INTEGERS]];

/** By the name of an argument in COMMAND DOCS. */
const BY_NAME: ReadonlyMap<string, Choice> = new Map<string, Choice>([
  ['seconds', [SECONDS, AWKWARD_TIMES]],
  ['milliseconds', [MILLISECONDS, AWKWARD_TIMES]],
  ['ttl', [MILLISECONDS, AWKWARD_TIMES]],
  ['ms', [MILLISECONDS, AWKWARD_TIMES]],
  ['unix-time-seconds', [UNIX_SECONDS, AWKWARD_TIMES]],
  ['unix-time-milliseconds', [UNIX_MILLISECONDS, AWKWARD_TIMES]],
  ['min-idle-time', [list('0 0 0 100000 -1'), AWKWARD_TIMES]],
  ['cursor', [CURSORS, CURSORS]],
  ['count', COUNT],
  ['encoding', [ENCODINGS, ENCODINGS]],
  ['longitude', [DEGREES, AWKWARD_FLOATS]],
  ['latitude', [DEGREES, AWKWARD_FLOATS]],
  ['radius', [list('0 1 100 200 1000 20000000'), AWKWARD_FLOATS]],
  ['width', [list('0 1 100 400 1000'), AWKWARD_FLOATS]],
  ['height', [list('0 1 100 400 1000'), AWKWARD_FLOATS]],
  ['id', ID],
  ['last-id', ID],
  ['lastid', ID],
  ['max_deleted_entry_id', ID],
  ['threshold', [list('0 1 2 3 100 2-1 5'), [...AWKWARD_IDS, ...NOT_INTEGERS]]],
  ['group', [list('g g g g h none'), AWKWARD_TEXTS]],
  ['groupname', [list('g g g g h none'), AWKWARD_TEXTS]],
  ['consumer', [list('c c c d'), AWKWARD_TEXTS]],
  ['consumername', [list('c c c d'), AWKWARD_TEXTS]],
  ['timeout', [list('0 0 0 1000'), list('-1 abc inf nan 1e400 9223372036854775807 1e17 -0 -0.001')]],
  ['index1', [list('0 1 2 15'), list('16 -1 abc')]],
  ['index2', [list('0 1 2 15'), list('16 -1 abc')]],
  ['destination-db', [list('0 1 2 15'), list('16 -1 abc')]],
  ['db', [list('0 1 2 15'), list('16 -1 abc')]],
  ['numreplicas', [['0'], ['abc', '-1']]],
  ['operation', [list('AND OR XOR NOT and'), list('NAND x')]],
  ['type', [list('string list set zset hash stream STRING none'), AWKWARD_TEXTS]],
  ['section', [list('nosuch'), list('nosuch')]],
  ['parameter', [list('maxmemory appendonly save nosuch databases'), ['maxmem*', '', '\xff']]],
  ['protover', [list('2 3'), ['4', '1', 'abc', '']]],
  ['command-name', [list('get set nosuch'), ['', '\xff']]],
  ['numkeys', [list('1 2'), [...LIMITS, ...NOT_INTEGERS, '0', '-1', '3']]],
]);

/** By the group of a command and the name of an argument. */
const IN_GROUP: ReadonlyMap<string, Choice> = new Map<string, Choice>([
  ['stream start', [[...STREAM_IDS, '-', '(1-1'], AWKWARD_IDS]],
  ['stream end', [[...STREAM_IDS, '+', '(2-1'], AWKWARD_IDS]],
  [
    'sorted-set start',
    [
      [...SMALL_INTEGERS, ...SCORES, ...LEXES],
      [...LIMITS, ...AWKWARD_SCORES],
    ],
  ],
  [
    'sorted-set stop',
    [
      [...SMALL_INTEGERS, ...SCORES, ...LEXES],
      [...LIMITS, ...AWKWARD_LEXES],
    ],
  ],
  ['bitmap offset', [BIT_OFFSETS, NOT_INTEGERS]],
  [
    'string offset',
    [
      list('0 1 5 10 3 -1'),
      [...NOT_INTEGERS, '536870912', '9223372036854775807', '4294967296', '-9223372036854775808', '5000'],
    ],
  ],
  ['bitmap bit', [list('0 1'), list('2 -1 abc')]],
]);

const BY_TYPE: ReadonlyMap<string, Choice> = new Map<string, Choice>([
  ['integer', INTEGER],
  ['double', FLOAT],
  ['string', TEXT],
  ['unix-time', [UNIX_MILLISECONDS, AWKWARD_TIMES]],
  ['pattern', [PATTERNS, PATTERNS]],
]);

export interface Wanted {
  readonly command: string;
  readonly group: string;
  readonly name: string;
  readonly type: string;
}

/** An argument other than a key. `awkwardness`: the probability of an awkward one. */
export function drawValue(wanted: Wanted, draw: Draw, awkwardness: number): Bytes {
  return draw.pick(choiceFor(wanted, draw)[draw.chance(awkwardness) ? 1 : 0]);
}

function choiceFor({ command, group, name, type }: Wanted, draw: Draw): Choice {
  if (group === 'sorted-set' && (name === 'min' || name === 'max')) {
    if (command.includes('lex')) return LEX;
    if (draw.chance(0.5)) return [name === 'min' ? LOW : HIGH, AWKWARD_SCORES];
    return draw.chance(0.7) ? SCORE : LEX;
  }
  return IN_GROUP.get(`${group} ${name}`) ?? BY_NAME.get(name) ?? BY_TYPE.get(type) ?? TEXT;
}

export function drawText(draw: Draw, awkwardness: number): Bytes {
  return draw.pick(TEXT[draw.chance(awkwardness) ? 1 : 0]);
}

export function drawAnything(draw: Draw): Bytes {
  return draw.pick(draw.pick([LIMITS, NOT_INTEGERS, AWKWARD_FLOATS, AWKWARD_TEXTS, TEXTS]));
}

/** Keys by the type of the value that a case gives them. */
const KEYS = {
  string: ['s1', 's2', 'n1'],
  list: ['l1', 'l2'],
  set: ['t1', 't2'],
  hash: ['h1', 'h2'],
  'sorted-set': ['z1', 'z2'],
  stream: ['x1', 'x2'],
  bitmap: ['b1', 's1'],
  hyperloglog: ['p1', 'p2'],
  geo: ['g1'],
} as const;

const KEY_TYPES = Object.keys(KEYS) as (keyof typeof KEYS)[];
/** The types that cases of other groups fill keys with. */
export const COMMON_TYPES = KEY_TYPES.filter((type) => type !== 'hyperloglog' && type !== 'geo');
export type KeyType = keyof typeof KEYS;

function isKeyType(group: string): group is KeyType {
  return Object.hasOwn(KEYS, group);
}

export function drawKey(group: string, draw: Draw, awkwardness: number): Bytes {
  if (draw.chance(awkwardness)) return draw.pick(['', '\xff\xfe', '\xc3\xa9', 'none', 'new', 's1', 'l1', 'h1', 'z1']);
  if (draw.chance(0.1)) return draw.pick(['none', 'new']);
  return draw.pick(isKeyType(group) ? KEYS[group] : KEYS[draw.pick(COMMON_TYPES)]);
}
