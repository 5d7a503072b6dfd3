/** Expressions of generated Lua scripts: calls of Lua's libraries. */
import type { Bytes } from './case.ts';
import type { Draw } from './draw.ts';
import { number, small, STRINGS, TABLES, text, value } from './lua-values.ts';

const JSON_TEXTS: readonly Bytes[] = [
  ...[
    '[]',
    '{}',
    '[1,2,3]',
    '{"a":1}',
    '{"a":null}',
    '[null]',
    '"x"',
    '1',
    '1.5',
    'true',
    'null',
    '[1',
    '{"a"}',
    '',
    ' [ 1 , 2 ] ',
    '1e3',
  ],
  ...[
    '"\\\\u00e9"',
    '"\\\\ud83d\\\\ude00"',
    '"\\\\ud83d"',
    '[1,]',
    '{"a":1,}',
    '12345678901234567890',
    '-0',
    '01',
    'nan',
    'Infinity',
    '[[[[1]]]]',
  ],
  ...[
    '"\\\\n"',
    '"\\\\x"',
    '{"1":2}',
    '[0.1]',
    '1e400',
    '{"a":{"b":[1,{}]}}',
    "'",
    '0x10',
    '[1] 2',
    '"\xff"',
    '-',
    '+1',
    '.5',
    '5.',
  ],
];
const PACKED: readonly Bytes[] =
  '\\1 \\192 \\195 \\194 \\147\\1\\2\\3 \\129\\161a\\1 \\163foo \\202\\64\\72\\0\\0 \\203\\63\\248\\0\\0\\0\\0\\0\\0 \\205\\1\\0 \\211\\255\\255\\255\\255\\255\\255\\255\\255 \\207\\255\\255\\255\\255\\255\\255\\255\\255 \\193 \\147\\1 \\217\\1a \\196\\1a \\224 \\1\\2 \\212\\1\\1 \\220\\0\\1\\1'.split(
    ' ',
  );
const FORMATS: readonly Bytes[] =
  '%d %5d %-5d| %05d %i %u %x %X %o %c %s %10s %-10s| %.2s %q %f %.3f %e %g %.14g %.17g %% %5.1f %+d %a %5 %z'.split(
    ' ',
  );
const PATTERNS: readonly Bytes[] = [
  'a',
  '.',
  '%a+',
  '%d+',
  '(%w+)',
  '^f',
  'o$',
  '%s*',
  '[a-f]',
  '[^o]',
  '()',
  '%f[%w]%w+',
  'o-',
  '(',
  '%',
  '[a',
  '%b()',
  'l+',
  '(.)(.)',
  '%1',
  '%z',
  '\\255',
];
const PACKS: readonly Bytes[] = [
  'b',
  'B',
  'h',
  'H',
  'i',
  'I',
  'l',
  'L',
  '>I',
  '<i4',
  'd',
  'f',
  's',
  'c3',
  'c0',
  'x',
  '!',
  'i3',
  '>!4ib',
  'z',
];

type Part = (draw: Draw) => Bytes;

const pattern = (draw: Draw): Bytes => `'${draw.pick(PATTERNS)}'`;

/** Expressions, by the library that they use. */
export const EXPRESSIONS: readonly (readonly Part[])[] = [
  [
    (draw) => `tostring(${value(draw)})`,
    (draw) => `tonumber(${value(draw)})`,
    (draw) => `tonumber(${text(draw)}, ${draw.pick(['2', '8', '10', '16', '36', '37', '1'])})`,
    (draw) => `${number(draw)} .. ''`,
    (draw) =>
      `${value(draw)} ${draw.pick(['+', '-', '*', '/', '%', '^', '..', '==', '<', '<=', '~=', 'and', 'or'])} ${value(draw)}`,
    (draw) => `-${draw.pick([number, text])(draw)}`,
    (draw) => `not ${value(draw)}`,
    (draw) => `#${draw.pick([TABLES, STRINGS])[draw.below(10)] ?? "''"}`,
    (draw) => `type(${value(draw)})`,
    (draw) => `select(${small(draw)}, 1, 2, 3)`,
    (draw) => `{unpack(${draw.pick(TABLES)})}`,
    (draw) => `next(${draw.pick(TABLES)})`,
    (draw) => `rawget(${draw.pick(TABLES)}, ${small(draw)})`,
    (draw) => `rawequal(${value(draw)}, ${value(draw)})`,
    (draw) => `{pcall(error, ${value(draw)})}`,
    (draw) => `{pcall(function() return ${value(draw)} + 1 end)}`,
    (draw) => `{pcall(function() error(${value(draw)}${draw.pick(['', ', 0', ', 1', ', 2'])}) end)}`,
    (draw) =>
      `tostring(select(2, pcall(function() ${draw.pick(['local a = nil; return a.b', 'return nosuch', 'nosuch = 1', 'return 1 < {}', "return 'a' + 1", 'return {} .. 1', 'return #nil', 'error({code=1})', 'nosuch()', 'local t = {}; t[nil] = 1', 'return math.nosuch()', "return ('x'):nosuch()", 'string.rep = 1', 'redis.x = 1', "KEYS[1] = 'x' return KEYS[1]", "return string.rep('x', -1)", 'return (1)()', 'assert(false)', "assert(nil, 'msg')", 'assert(false, {})'])} end)))`,
    (draw) => `{xpcall(function() error('x') end, function(e) return ${draw.pick(["'handled'", 'e', 'type(e)'])} end)}`,
    (draw) => `{assert(${value(draw)}, 'msg')}`,
    (draw) =>
      `type(${draw.pick(['loadstring', 'load', 'loadfile', 'dofile', 'require', 'module', 'setfenv', 'getfenv', 'collectgarbage', 'gcinfo', 'newproxy', 'print', 'os.clock', 'os.time', 'math.pow', 'math.log10', 'table.getn', 'table.maxn', 'table.foreach', 'table.unpack', 'table.pack', 'table.move', 'string.gfind', 'string.pack', 'unpack', 'utf8', 'bit32', 'struct.pack', 'coroutine.create', 'debug', 'io', 'redis.log', 'redis.sha1hex', 'redis.setresp', 'redis.set_repl', 'redis.replicate_commands', 'redis.breakpoint', 'redis.acl_check_cmd', 'redis.register_function', 'math.mod', 'math.fmod', 'rawlen', 'cjson.encode_max_depth', 'string.len', 'redis.REDIS_VERSION', 'redis.LOG_WARNING', 'math.huge', '_G', '_VERSION', 'math.tointeger', 'math.ult', 'math.type', 'string.dump', 'goto'])})`,
    (draw) =>
      draw.pick([
        '_VERSION',
        'redis.REDIS_VERSION',
        'redis.REDIS_VERSION_NUM',
        'redis.LOG_DEBUG',
        'redis.REPL_ALL',
        'math.pi',
        'math.huge',
        'cjson._VERSION',
        'cjson._NAME',
        'cmsgpack._VERSION',
        'cmsgpack._NAME',
      ]),
    (draw) =>
      `loadstring('return ${draw.pick(['1', '1 +', 'KEYS[1]', 'nosuch', '...'])}')${draw.pick(['', '()', '(5)'])}`,
    (draw) => `setmetatable({}, {__index = function(t, k) return k end})[${value(draw)}]`,
    (draw) => `tostring(setmetatable({}, {__tostring = function() return ${value(draw)} end}))`,
    (draw) => `{pcall(setmetatable, ${value(draw)}, ${value(draw)})}`,
    (draw) => `select('#', ${value(draw)}, ${value(draw)})`,
    (draw) => `coroutine.wrap(function(a) return coroutine.yield(a) end)(${value(draw)})`,
  ],
  [
    (draw) => `string.format('${draw.pick(FORMATS)}', ${value(draw)})`,
    (draw) => `string.format('${draw.pick(FORMATS)} ${draw.pick(FORMATS)}', ${number(draw)}, ${value(draw)})`,
    (draw) => `{string.byte(${text(draw)}, ${small(draw)}, ${small(draw)})}`,
    (draw) => `string.char(${draw.pick(['0', '65', '255', '256', '-1', '1.5', "'65'"])})`,
    (draw) => `string.sub(${text(draw)}, ${small(draw)}, ${small(draw)})`,
    (draw) => `string.rep(${text(draw)}, ${small(draw)})`,
    (draw) => `string.${draw.pick(['upper', 'lower', 'reverse', 'len'])}(${value(draw)})`,
    (draw) => `{string.find(${text(draw)}, ${pattern(draw)}${draw.pick(['', ', 2', ', -1', ', 1, true'])})}`,
    (draw) => `{string.match(${text(draw)}, ${pattern(draw)})}`,
    (draw) =>
      `{string.gsub(${text(draw)}, ${pattern(draw)}, ${draw.pick(["'x'", "'%1'", "'%0%0'", '{}', "function(a) return a .. '!' end", "'%2'", "'%'", '1', 'nil'])}${draw.pick(['', ', 1'])})}`,
    (draw) => `string.gmatch(${text(draw)}, ${pattern(draw)})()`,
  ],
  [
    (draw) => `table.concat(${draw.pick(TABLES)}, ${draw.pick(["','", "''", '1', 'nil', '{}'])})`,
    (draw) => `table.concat({1,2,3}, '-', ${small(draw)}, ${small(draw)})`,
    (draw) =>
      `(function() local t = {3,1,2}; table.${draw.pick(['sort(t)', 'sort(t, function(a, b) return a > b end)', 'insert(t, 9)', 'insert(t, 1, 9)', 'insert(t, 9, 9)', 'remove(t)', 'remove(t, 1)', 'remove(t, 9)', 'insert(t)', 'insert(t, 1, 2, 3)'])}; return t end)()`,
    (draw) => `table.${draw.pick(['getn', 'maxn'])}(${draw.pick(TABLES)})`,
    (draw) =>
      `(function() local r = {}; for ${draw.pick(['i, v in ipairs', '_, v in ipairs'])}(${draw.pick(TABLES)}) do r[#r + 1] = v end; return r end)()`,
    (draw) => `(function() local t = {'b', 10, 'a'}; table.sort(t); return t end)() or ${value(draw)}`,
  ],
  [
    (draw) =>
      `math.${draw.pick(['floor', 'ceil', 'abs', 'sqrt', 'exp', 'log', 'log10', 'sin', 'cos', 'frexp', 'modf', 'deg', 'rad'])}(${value(draw)})`,
    (draw) => `math.${draw.pick(['max', 'min'])}(${value(draw)}, ${value(draw)})`,
    (draw) => `math.${draw.pick(['pow', 'fmod', 'mod', 'ldexp', 'atan2'])}(${number(draw)}, ${number(draw)})`,
    (draw) => `tostring(math.random(${draw.pick(['', '10', '5, 10', '0', '10, 5'])}))`,
    (draw) => `{math.random(100), math.randomseed(${small(draw)}), math.random(100)}`,
  ],
  [
    (draw) => `cjson.encode(${value(draw)})`,
    (draw) => `cjson.encode(${draw.pick(TABLES)})`,
    (draw) => `cjson.decode('${draw.pick(JSON_TEXTS)}')`,
    (draw) => `cjson.encode(cjson.decode('${draw.pick(JSON_TEXTS)}'))`,
    (draw) =>
      `tostring(cjson.decode('[${draw.pick(['1', 'null', '1e3', '1.5', '"a"', 'true', '12345678901234567890'])}]')[1])`,
    (draw) => `cjson.decode(${value(draw)})`,
    (draw) => `{pcall(cjson.${draw.pick(['encode', 'decode'])}, ${value(draw)})}`,
    (draw) =>
      `cjson.${draw.pick(['encode_sparse_array', 'encode_max_depth', 'decode_max_depth', 'encode_number_precision', 'encode_keep_buffer', 'encode_invalid_numbers', 'decode_invalid_numbers'])}()`,
  ],
  [
    (draw) => `cmsgpack.pack(${value(draw)})`,
    (draw) => `cmsgpack.pack(${value(draw)}, ${value(draw)})`,
    (draw) => `cmsgpack.unpack(cmsgpack.pack(${value(draw)}))`,
    (draw) => `{cmsgpack.unpack('${draw.pick(PACKED)}')}`,
    (draw) => `{pcall(cmsgpack.unpack, ${value(draw)})}`,
    (draw) => `{cmsgpack.unpack_one('${draw.pick(PACKED)}')}`,
    (draw) => `{cmsgpack.unpack_limit('\\1\\2\\3', ${small(draw)})}`,
    () => 'cmsgpack.pack()',
  ],
  [
    (draw) => `bit.${draw.pick(['tobit', 'bnot', 'bswap'])}(${value(draw)})`,
    (draw) => `bit.${draw.pick(['band', 'bor', 'bxor'])}(${number(draw)}, ${value(draw)})`,
    (draw) => `bit.${draw.pick(['lshift', 'rshift', 'arshift', 'rol', 'ror'])}(${number(draw)}, ${small(draw)})`,
    (draw) => `bit.tohex(${number(draw)}${draw.pick(['', ', 4', ', -4', ', 8', ', 0', ', 100'])})`,
    (draw) => `struct.pack('${draw.pick(PACKS)}', ${value(draw)})`,
    (draw) => `{struct.unpack('${draw.pick(PACKS)}', ${text(draw)})}`,
    (draw) => `struct.size('${draw.pick(PACKS)}')`,
  ],
  [
    (draw) => `redis.sha1hex(${value(draw)})`,
    (draw) => `redis.${draw.pick(['status_reply', 'error_reply'])}(${value(draw)})`,
    (draw) =>
      `{pcall(redis.${draw.pick(['status_reply', 'error_reply', 'sha1hex', 'setresp', 'set_repl', 'log'])}, ${value(draw)})}`,
    () => 'redis.error_reply()',
    (draw) => `redis.setresp(${draw.pick(['2', '3', '4', "'3'", 'nil', ''])})`,
    (draw) => `redis.log(${draw.pick(['redis.LOG_WARNING', '1', "'x'", '9'])}, ${value(draw)})`,
    () => 'redis.replicate_commands()',
    (draw) => `redis.acl_check_cmd(${draw.pick(["'get', 'k'", "'nosuch'", "'set'", ''])})`,
    (draw) => `redis.call(${value(draw)})`,
    () => 'redis.call()',
    (draw) => `redis.pcall(${value(draw)}, ${value(draw)})`,
  ],
];
