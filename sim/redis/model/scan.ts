/**
 * Going through many by a cursor, some at a time. The cursor is the place where to go on; as with a real server, what is there all the time
 * is given at least once only as long as nothing else comes or goes.
 */
import { integer, SYNTAX, word } from './command.ts';
import { matcher } from './pattern.ts';
import { fail, type Reply } from './reply.ts';

/** `give` says what of a name goes into the reply: the name, perhaps with its value, or nothing. */
export function scan(
  cursor: string | undefined,
  options: readonly string[],
  names: readonly string[],
  give: (name: string) => readonly string[],
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
  const given = names.slice(from, to).filter((name) => matches(name));
  return [to < names.length ? String(to) : '0', given.flatMap((name) => [...give(name)])];
}
