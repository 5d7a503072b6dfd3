/** Commands that reach keys of another database. */
import { type Commands, type CommandContext, integerWithin, SYNTAX, word } from '../command.ts';
import { copyOf, type Keyspace } from '../keyspace.ts';
import { fail, OK } from '../reply.ts';

const [INT32_MIN, INT32_MAX] = [-(2 ** 31), 2 ** 31 - 1];
const OUT_OF_RANGE = 'ERR DB index is out of range';

function databaseAt(text: string | undefined, { databases }: CommandContext): Keyspace {
  return databases[integerWithin(text, INT32_MIN, INT32_MAX)] ?? fail(OUT_OF_RANGE);
}

export const DATABASES: Commands = {
  move([key = '', to], context) {
    const { keys } = context;
    const target = databaseAt(to, context);
    if (target === keys) fail('ERR source and destination objects are the same');
    const row = keys.row(key);
    if (row === undefined || target.has(key)) return 0;
    keys.remove(key);
    target.set(key, row.value, row.expiresAtMs);
    return 1;
  },
  copy([from = '', to = '', ...options], context) {
    const { keys } = context;
    let [target, replaces] = [keys, false];
    for (let index = 0; index < options.length; index += 1) {
      const option = word(options[index]);
      if (option === 'REPLACE') replaces = true;
      else if (option === 'DB' && index + 1 < options.length) target = databaseAt(options[(index += 1)], context);
      else fail(SYNTAX);
    }
    if (target === keys && from === to) fail('ERR source and destination objects are the same');
    const row = keys.row(from);
    if (row === undefined || (target.has(to) && !replaces)) return 0;
    const copy = copyOf(row);
    // An existing key is removed first, so that commands which wait for it are served.
    target.remove(to);
    target.set(to, copy.value, copy.expiresAtMs);
    return 1;
  },
  swapdb([one, other], { databases }) {
    const indexes = [
      integerWithin(one, INT32_MIN, INT32_MAX, 'ERR invalid first DB index'),
      integerWithin(other, INT32_MIN, INT32_MAX, 'ERR invalid second DB index'),
    ] as const;
    const [first, second] = [databases[indexes[0]], databases[indexes[1]]];
    if (first === undefined || second === undefined) return fail(OUT_OF_RANGE);
    first.swap(second);
    return OK;
  },
};
