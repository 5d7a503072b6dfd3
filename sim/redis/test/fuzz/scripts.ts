/** Generates scripts: Lua's libraries, and commands that are called from Lua. */
import { CommandWriter, SPECS } from './arguments.ts';
import type { Bytes, Step } from './case.ts';
import type { Draw } from './draw.ts';
import { GROUPS, populate } from './groups.ts';
import { withoutHarm } from './harmless.ts';
import { EXPRESSIONS } from './lua-parts.ts';
import { value } from './lua-values.ts';
import { COMMON_TYPES } from './values.ts';

/** Commands that scripts call, those that they may not call among them. */
const CALLED: readonly string[] = [
  ...GROUPS.strings,
  ...GROUPS.hashes,
  ...GROUPS.lists,
  ...GROUPS.sets,
  ...GROUPS.zsets,
  ...GROUPS.streams,
  ...GROUPS.keys,
  ...[
    'publish',
    'spublish',
    'ping',
    'echo',
    'select',
    'pubsub channels',
    'pubsub numsub',
    'time',
    'dbsize',
    'subscribe',
  ],
  ...[
    'multi',
    'exec',
    'watch',
    'blpop',
    'brpoplpush',
    'eval',
    'script exists',
    'client id',
    'flushdb',
    'role',
    'hello',
    'wait',
  ],
];

/** SHA1 of `return 1`, of `return KEYS[1]`, and of no script. */
const HASHES: readonly Bytes[] = [
  'e0e1f9fabfc9d4800c877a703b823ac0578ff8db',
  '4a2267357833227dd98abdedb8cf24b15a986445',
  'ffffffffffffffffffffffffffffffffffffffff',
  'E0E1F9FABFC9D4800C877A703B823AC0578FF8DB',
  '',
  'abc',
];

export function scriptSteps(draw: Draw): Step[] {
  const writer = new CommandWriter(
    draw,
    draw.pick([
      { value: 0.02, shape: 0.02 },
      { value: 0.15, shape: 0.1 },
    ]),
  );
  const filled = draw.some(1, 3, () => populate(draw.pick(COMMON_TYPES), draw)).flat();
  const commands = draw.some(4, 15, () => command(draw, writer));
  return [...filled, ...commands].map((words) => ({ client: 0, words }));
}

function command(draw: Draw, writer: CommandWriter): Bytes[] {
  switch (draw.below(14)) {
    case 0:
      return ['SCRIPT', 'LOAD', draw.pick(['return 1', 'return KEYS[1]', 'return', 'return +', script(draw, writer)])];
    case 1:
      return [draw.pick(['EVALSHA', 'EVALSHA_RO', 'EVALSHA']), draw.pick(HASHES), ...parameters(draw)];
    case 2:
      return draw.pick([
        ['SCRIPT', 'EXISTS', ...draw.some(0, 3, () => draw.pick(HASHES))],
        ['SCRIPT', 'FLUSH', ...draw.some(0, 2, () => draw.pick(['SYNC', 'ASYNC', 'x']))],
        ['SCRIPT', draw.pick(['KILL', 'x', 'LOAD'])],
      ]);
    default:
      return [draw.pick(['EVAL', 'EVAL', 'EVAL', 'EVAL_RO']), script(draw, writer), ...parameters(draw)];
  }
}

/** `numkeys`, keys and arguments. */
function parameters(draw: Draw): Bytes[] {
  if (draw.chance(0.05))
    return draw.pick([[], ['-1'], ['abc'], ['2', 'k'], [''], ['9223372036854775807', 'k'], ['1.5'], ['0', 'a', 'b']]);
  const keys = draw.some(0, 2, () => draw.pick(['s1', 'l1', 'h1', 'new']));
  return [String(keys.length), ...keys, ...draw.some(0, 2, () => draw.pick(['a', '1', '', '\xff', '10']))];
}

/** One statement a line, so that the minimizer can drop lines. */
function script(draw: Draw, writer: CommandWriter): Bytes {
  const lines = draw.chance(0.2) ? draw.some(1, 2, () => statement(draw, writer)) : [];
  if (draw.chance(0.05))
    lines.unshift(
      draw.pick([
        '#!lua',
        '#!lua flags=no-writes',
        '#!lua flags=allow-stale,no-cluster',
        '#!lua flags=x',
        '#!lua name=x',
        '#!js',
        '#!lua x',
      ]),
    );
  return [...lines, `return ${expression(draw, writer)}`].join('\n');
}

function statement(draw: Draw, writer: CommandWriter): Bytes {
  return draw.pick<() => Bytes>([
    () => `local a = ${expression(draw, writer)}`,
    () => call(draw, writer, 'redis.call'),
    () => call(draw, writer, 'redis.pcall'),
    () =>
      draw.pick([
        'tostring = nil',
        'a = 1',
        'local _ENV = {}',
        'goto x',
        'local a <const> = 1',
        'local a = 1 // 2',
        'local a = 1 & 2',
        'KEYS = {}',
        'ARGV = nil',
        'local string = nil',
        'redis = nil',
        'string.x = 1',
        'function f() end',
        '_G.x = 1',
        'setmetatable(_G, {})',
        'rawset(_G, "a", 1)',
        'return',
        'break',
        'local a = [[x]]',
        '-- comment',
        "local a = '\\x41'",
        "local a = '\\z x'",
        "local a = '\\u{41}'",
        'getmetatable("").__index = 1',
      ]),
  ])();
}

function expression(draw: Draw, writer: CommandWriter): Bytes {
  switch (draw.below(10)) {
    case 0:
      return value(draw);
    case 1:
    case 2:
      return call(draw, writer, draw.pick(['redis.call', 'redis.pcall']));
    case 3:
      return draw.pick([
        () => `type(${call(draw, writer, draw.pick(['redis.call', 'redis.pcall']))})`,
        () => `{${call(draw, writer, 'redis.pcall')}}`,
        () => `select(2, pcall(redis.call, ${called(draw, writer)}))`,
        () => `{pcall(redis.call, ${called(draw, writer)})}`,
        () => `{pcall(redis.pcall, ${called(draw, writer)})}`,
        () => `cjson.encode(${call(draw, writer, 'redis.pcall')})`,
        () => `type(select(2, pcall(redis.call, ${called(draw, writer)})))`,
      ])();
    default:
      return draw.pick(draw.pick(EXPRESSIONS))(draw);
  }
}

function call(draw: Draw, writer: CommandWriter, name: string): Bytes {
  return `${name}(${called(draw, writer)})`;
}

/** A command and its arguments as Lua expressions. */
function called(draw: Draw, writer: CommandWriter): Bytes {
  const spec = SPECS.get(draw.pick(CALLED));
  const words = withoutHarm(spec === undefined ? [] : writer.write(spec), false);
  return words.map((word, index) => argument(index === 0 ? word.toLowerCase() : word, index, draw)).join(', ');
}

function argument(word: Bytes, index: number, draw: Draw): Bytes {
  if (index > 0 && /^-?[1-9]\d{0,17}$/.test(word) && draw.chance(0.3)) return word;
  if (index > 0 && draw.chance(0.02)) return value(draw);
  return quoteLua(word);
}

function quoteLua(word: Bytes): Bytes {
  const escaped = word.replaceAll(/[^ -~]|[\\']/g, (byte) => `\\${String(byte.charCodeAt(0)).padStart(3, '0')}`);
  return `'${escaped}'`;
}
