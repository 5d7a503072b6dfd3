/** Values of generated Lua scripts, as Lua writes them. */
import type { Bytes } from './case.ts';
import type { Draw } from './draw.ts';

/** Numbers as Lua writes them. */
export const NUMBERS: readonly Bytes[] =
  '0 1 2 3 -1 10 0.5 1.5 -2.25 3.0 0.1 1e15 1e16 1e100 -0 0x10 0xff 0x100000000 0xffffffffffffffff 4294967295 4294967296 2147483648 -2147483648 9007199254740993 1700000000123456 123456789012345 12345678901234567890 9223372036854775807 -9223372036854775808 1e-5 1/0 -1/0 0/0 100 255 256 65536 3.14159265358979 1e308'.split(
    ' ',
  );
export const STRINGS: readonly Bytes[] = [
  ...[
    "''",
    "'a'",
    "'foo'",
    "'10'",
    "'3.5'",
    "'0x10'",
    "' 5 '",
    "'1e3'",
    "'abc def'",
    "'inf'",
    "'nan'",
    "'-1'",
    "'hello world'",
  ],
  ...[
    "'\\0'",
    "'a\\0b'",
    "'\\255'",
    "'\\195\\169'",
    "'\\n'",
    "'\"'",
    "'\\\\'",
    "'\\r\\n'",
    "'/'",
    "'%d'",
    "'\\127'",
    "'1e400'",
  ],
  ...["('x'):rep(300)", "'9223372036854775807'", "'\\226\\130'"],
];
export const TABLES: readonly Bytes[] = [
  ...['{}', '{1,2,3}', '{1,nil,3}', "{'a','b'}", '{a=1}', '{1,2,a=3}', '{{}}', '{{1},{2}}', '{[1]=1,[2]=2}', '{[3]=1}'],
  ...[
    '{true,false}',
    "{ok='fine'}",
    "{err='bad'}",
    "{err='ERR bad thing'}",
    '{double=3.5}',
    '{map={a=1}}',
    '{set={a=true}}',
    '{[1.5]=1}',
  ],
  ...[
    '{[0]=1}',
    '{[-1]=1}',
    '{nil}',
    '{1.5,2.9}',
    '{cjson.null}',
    '{a={b={c=1}}}',
    "{['1']=1}",
    '{ok=1}',
    '{err=1}',
    '{[10]=1}',
    "{big_number='1'}",
  ],
  ...["{verbatim_string={format='txt',string='x'}}"],
];
const OTHERS: readonly Bytes[] = [
  'nil',
  'true',
  'false',
  'KEYS[1]',
  'ARGV[1]',
  'ARGV[2]',
  'ARGV[9]',
  'cjson.null',
  '#KEYS',
  '#ARGV',
];

export function value(draw: Draw): Bytes {
  return draw.pick(draw.pick([NUMBERS, NUMBERS, STRINGS, STRINGS, TABLES, OTHERS]));
}

export const number = (draw: Draw): Bytes => draw.pick(NUMBERS);
export const text = (draw: Draw): Bytes => draw.pick(STRINGS);
/** An index, a count or a number of bits. */
export const small = (draw: Draw): Bytes => draw.pick(['0', '1', '2', '3', '-1', '-2', '10', '31', '32', '33', '1.5']);
