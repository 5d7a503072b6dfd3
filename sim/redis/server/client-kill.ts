/** Which connections CLIENT KILL means. */
import { SYNTAX, word } from '../model/command.ts';
import { errorText } from '../model/error-text.ts';
import { isInteger } from '../model/numbers/wide.ts';
import { fail } from '../model/reply.ts';
import type { Session } from './session.ts';

/** Connections of these types do not exist: the server has no replicas and no master. */
const OTHER_TYPES: ReadonlySet<string> = new Set(['MASTER', 'REPLICA', 'SLAVE']);

type Filter = (session: Session) => boolean;

export function typeFilter(type: string): Filter {
  const name = word(type);
  if (OTHER_TYPES.has(name)) return () => false;
  if (name !== 'NORMAL' && name !== 'PUBSUB') fail(errorText`ERR Unknown client type '${type}'`);
  return ({ state }) => state.isSubscriber === (name === 'PUBSUB');
}

function filterOf(option: string, value: string, killer: Session): Filter {
  switch (word(option)) {
    case 'ID': {
      const id = isInteger(value) ? Number(value) : 0;
      if (id <= 0) fail('ERR client-id should be greater than 0');
      return ({ state }) => state.id === id;
    }
    case 'ADDR':
      return ({ connection }) => connection === value;
    case 'LADDR':
      return () => false;
    case 'TYPE':
      return typeFilter(value);
    case 'USER':
      return value === 'default' ? () => true : fail(`ERR No such user '${value}'`);
    case 'SKIPME':
      if (word(value) !== 'YES' && word(value) !== 'NO') fail(SYNTAX);
      return word(value) === 'NO' ? () => true : (session) => session !== killer;
    default:
      return fail(SYNTAX);
  }
}

/** Returns the connections that the filters select, the sender's own only with SKIPME no. */
export function selectSessions(
  sessions: Iterable<Session>,
  parameters: readonly string[],
  killer: Session,
): readonly Session[] {
  if (parameters.length % 2 !== 0) fail(SYNTAX);
  const options = parameters.filter((_, index) => index % 2 === 0);
  const filters = options.map((option, index) => filterOf(option, parameters[index * 2 + 1] ?? '', killer));
  const skipsItself = !options.some((option) => word(option) === 'SKIPME');
  return [...sessions].filter(
    (session) => !(skipsItself && session === killer) && filters.every((matches) => matches(session)),
  );
}
