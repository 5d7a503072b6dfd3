/**
 * CLIENT LIST and CLIENT INFO: a line for each connection. Sizes of buffers are 0, except what a
 * connection asks about itself; replies take no memory here.
 */
import { bytesOf } from '../model/bytes.ts';
import { integer, SYNTAX, word } from '../model/command.ts';
import { fail } from '../model/reply.ts';
import { typeFilter } from './client-kill.ts';
import type { Session } from './session.ts';

/** The address of the server, as its clients see it. */
export const SERVER_ADDRESS = 'redis:6379';
/** The descriptors below belong to the process. */
const DESCRIPTORS_BEFORE = 7;

/** The connections that `[TYPE type] [ID id…]` selects. */
export function selectListed(sessions: Iterable<Session>, parameters: readonly string[]): readonly Session[] {
  const [option, ...values] = parameters;
  const all = [...sessions];
  if (option === undefined) return all;
  if (word(option) === 'TYPE' && values.length === 1) return all.filter(typeFilter(values[0] ?? ''));
  if (word(option) !== 'ID' || values.length === 0) return fail(SYNTAX);
  const ids = values.map((value) => integer(value, 'ERR Invalid client ID'));
  return ids.flatMap((id) => all.filter(({ state }) => state.id === id));
}

/** `words` are those of the command that asks; null for another connection than its own. */
export function describeClient({ state, connection }: Session, nowMs: number, words: readonly string[] | null): string {
  const seconds = (sinceMs: number): number => Math.max(0, Math.floor((nowMs - sinceMs) / 1000));
  const sizes = (words ?? []).map((text) => bytesOf(text).length);
  const fields = {
    id: state.id,
    addr: connection,
    laddr: SERVER_ADDRESS,
    fd: state.id + DESCRIPTORS_BEFORE,
    name: state.name,
    age: seconds(state.connectedAtMs),
    idle: seconds(state.lastAtMs),
    flags: flagsOf(state),
    db: state.database,
    sub: state.channels.size,
    psub: state.patterns.size,
    ssub: state.shards.size,
    multi: state.transaction?.queue.length ?? -1,
    qbuf: sizes.length === 0 ? 0 : requestBytes(sizes),
    'qbuf-free': 0,
    'argv-mem': sizes.reduce((sum, size) => sum + size, 0),
    'multi-mem': 0,
    rbs: 0,
    rbp: 0,
    obl: 0,
    oll: 0,
    omem: 0,
    'tot-mem': 0,
    events: 'r',
    cmd: state.lastCommand,
    user: 'default',
    redir: -1,
    resp: state.protocol,
  };
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');
}

/** The size of a request in the protocol. */
function requestBytes(sizes: readonly number[]): number {
  const parts = sizes.map((size) => `$${size}\r\n\r\n`.length + size);
  return parts.reduce((sum, size) => sum + size, `*${sizes.length}\r\n`.length);
}

/**
 * O: monitor; P: subscriber; x: in a transaction; b: blocked; d: a watched key has changed; N: none
 * of them.
 */
function flagsOf({ isMonitor, isSubscriber, blocked, postponed, transaction, isStale }: Session['state']): string {
  const isBlocked = blocked !== null || postponed !== null;
  const flags = { O: isMonitor, P: isSubscriber, x: transaction !== null, b: isBlocked, d: isStale };
  const letters = Object.entries(flags).flatMap(([letter, isSet]) => (isSet ? letter : []));
  return letters.length === 0 ? 'N' : letters.join('');
}
