/**
 * SCAN and its variants. The cursor is the index at which to continue. A scan returns every name
 * that exists all the time at least once only while no name is added or removed. (A real server
 * guarantees it always.)
 */
import { integer, SYNTAX, word } from './command.ts';
import { matcher } from './pattern.ts';
import { fail, type Reply } from './reply.ts';

/**
 * `show` returns what the reply contains for a name: the name, perhaps with its value, or nothing.
 */
export function scan(
  cursor: string | undefined,
  options: readonly string[],
  names: readonly string[],
  show: (name: string) => readonly string[],
): Reply {
  if (cursor === undefined || !/^\d+$/.test(cursor)) fail('ERR invalid cursor');
  let [pattern, count] = ['*', 10];
  for (let index = 0; index < options.length; index += 2) {
    const [option, value] = [word(options[index]), options[index + 1] ?? fail(SYNTAX)];
    if (option === 'MATCH') pattern = value;
    else if (option === 'COUNT') count = integer(value);
    else fail(SYNTAX);
  }
  if (count < 1) fail(SYNTAX);
  const matches = matcher(pattern);
  const [from, to] = [Number(cursor), Number(cursor) + count];
  const found = names.slice(from, to).filter((name) => matches(name));
  return [to < names.length ? String(to) : '0', found.flatMap((name) => [...show(name)])];
}
