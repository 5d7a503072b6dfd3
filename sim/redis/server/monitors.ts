/** MONITOR: connections that receive a line for each command that the server applies. */
import { bytesOf } from '../model/bytes.ts';
import { OK, refuse, type Reply } from '../model/reply.ts';
import { infoFor } from './command-table.ts';
import type { SentCommand } from './sent-command.ts';
import type { ServerPort } from './server-port.ts';
import type { Session } from './session.ts';

const KEYSPACE_FLAGS = ['write', 'readonly'];
/** Commands that a server would send to its replicas, although they have neither flag. */
const REPLICATED: ReadonlySet<string> = new Set(['eval', 'evalsha', 'fcall', 'publish', 'spublish']);
/** Dangerous commands are not shown, and scripts show themselves before their commands. */
const HIDDEN_FLAGS = ['admin', 'skip_monitor'];

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};

export class Monitors {
  readonly #port: ServerPort;
  readonly #nowMs: () => number;
  readonly #sessions = new Set<Session>();

  /** `nowMs` is wall time. */
  constructor(port: ServerPort, nowMs: () => number) {
    this.#port = port;
    this.#nowMs = nowMs;
  }

  /** MONITOR */
  add(session: Session): Reply {
    if (!session.state.mayMonitor) return refuse('monitor');
    session.state.isMonitor = true;
    this.#sessions.add(session);
    return OK;
  }

  forget(session: Session): void {
    this.#sessions.delete(session);
  }

  /** A connection has applied a command. */
  onCommand({ connection, state }: Session, { spelling, parameters }: SentCommand): void {
    const words = [spelling, ...parameters];
    if (this.#sessions.size === 0 || isHidden(words)) return;
    this.#send(`${state.database} ${connection}`, redacted(words));
  }

  /** A script begins. */
  onScript({ connection, state }: Session, { spelling, parameters }: SentCommand): void {
    if (this.#sessions.size > 0) this.#send(`${state.database} ${connection}`, [spelling, ...parameters]);
  }

  /** A script has applied a command. `words` are as it spelled them. */
  onScriptCommand(database: number, words: readonly string[]): void {
    if (this.#sessions.size > 0 && !isHidden(words)) this.#send(`${database} lua`, words);
  }

  #send(origin: string, words: readonly string[]): void {
    const nowMs = this.#nowMs();
    const seconds = `${Math.floor(nowMs / 1000)}.${String(Math.floor((nowMs % 1000) * 1000)).padStart(6, '0')}`;
    const text = `${seconds} [${origin}] ${words.map(quoted).join(' ')}`;
    for (const session of this.#sessions) {
      if (session.state.isMonitor) this.#port.sendMessage(session, { kind: 'monitor', pattern: '', channel: '', text });
      else this.#sessions.delete(session);
    }
  }
}

/** Returns the error for a command about keys that a monitor sends; null for others. */
export function validateForMonitor({ state }: Session, name: string): string | null {
  if (!state.isMonitor || !(REPLICATED.has(name) || hasAnyFlag([name], KEYSPACE_FLAGS))) return null;
  return "ERR Replica can't interact with the keyspace";
}

function hasAnyFlag([name = '', subcommand]: readonly string[], flags: readonly string[]): boolean {
  const info = infoFor(name, subcommand);
  return flags.some((flag) => info?.flags.includes(flag) === true);
}

const isHidden = (words: readonly string[]): boolean => hasAnyFlag(words, HIDDEN_FLAGS);

/** Without passwords. */
function redacted(words: readonly string[]): readonly string[] {
  const [name = '', ...parameters] = words.map((text) => text.toUpperCase());
  const at = name === 'AUTH' ? 0 : name === 'HELLO' ? parameters.indexOf('AUTH') + 1 : -1;
  if (at < 0 || (name === 'HELLO' && at === 0)) return words;
  return words.map((text, index) => (index > at && (name === 'AUTH' || index <= at + 2) ? '(redacted)' : text));
}

/** As `sdscatrepr` of Redis. */
function quoted(text: string): string {
  const shown = bytesOf(text)
    .toString('latin1')
    .replaceAll(/[^ -~]|["\\]/g, (byte) => ESCAPES[byte] ?? `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${shown}"`;
}
