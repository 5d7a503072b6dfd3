/**
 * The first line of a script, if it begins with `#!`: the engine and the flags of the script. The
 * error texts are those of Redis 7.0.
 */
import { textOf } from '../model/bytes.ts';
import { fail } from '../model/reply.ts';
import { splitWords } from '../model/split-words.ts';

export interface Shebang {
  /** The script without its first line, whose end stays: line numbers in errors count it. */
  readonly body: string;
  /** Null for a script without a first line of this kind, which may do anything. */
  readonly flags: ReadonlySet<string> | null;
}

const FLAGS: ReadonlySet<string> = new Set([
  'no-writes',
  'allow-oom',
  'allow-stale',
  'no-cluster',
  'allow-cross-slot-keys',
]);

const OPTION = 'flags=';

/** Fails with a text that has one character per byte and ends at its first NUL. */
const failWith = (text: string): never => fail(textOf(Buffer.from(text.split('\0')[0] ?? '', 'latin1')));

/** The text has one character per byte. Throws `RedisError`. */
export function parseShebang(text: string): Shebang {
  if (!text.startsWith('#!')) return { body: text, flags: null };
  const end = text.indexOf('\n');
  if (end < 0) fail('ERR Invalid script shebang');
  const [engine = '', ...options] = splitWords(text.slice(0, end)) ?? fail('ERR Invalid engine in script shebang');
  if (engine !== '#!lua') failWith(`ERR Unexpected engine in script shebang: ${engine}`);
  const flags = new Set<string>();
  for (const option of options) {
    if (!option.startsWith(OPTION)) failWith(`ERR Unknown lua shebang option: ${option}`);
    const list = option.slice(OPTION.length);
    for (const flag of list === '' ? [] : list.split(',')) {
      if (!FLAGS.has(flag)) failWith(`ERR Unexpected flag in script shebang: ${flag}`);
      flags.add(flag);
    }
  }
  return { body: text.slice(end), flags };
}
