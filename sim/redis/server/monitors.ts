/** MONITOR: connections that receive a line for each command that the server has run. */
import { bytesOf } from '../model/bytes.ts';
import { infoFor } from './command-table.ts';
import type { RedisEngine } from './engine.ts';
import type { ServerPort } from './server-port.ts';
import type { Session } from './session.ts';

/** Redis does not show commands of operators. */
const HIDDEN = 'admin';

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\x07': '\\a',
  '\b': '\\b',
};

/** Quotes a word as Redis does: `"a\x00"`. */
function quoted(word: string): string {
  const escaped = bytesOf(word)
    .toString('latin1')
    .replaceAll(/[\\"]|[^ -~]/g, (byte) => ESCAPES[byte] ?? `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}

/** Passwords are not shown. */
function withoutPasswords(name: string, parameters: readonly string[]): readonly string[] {
  const from = name === 'auth' ? 0 : parameters.findIndex((word) => word.toLowerCase() === 'auth') + 1;
  if (name !== 'auth' && (name !== 'hello' || from === 0)) return parameters;
  const count = name === 'auth' ? parameters.length : 2;
  return parameters.map((word, index) => (index >= from && index < from + count ? '(redacted)' : word));
}

export class Monitors {
  readonly #port: ServerPort;
  readonly #engine: RedisEngine;
  readonly #sessions = new Set<Session>();

  constructor(port: ServerPort, engine: RedisEngine) {
    this.#port = port;
    this.#engine = engine;
  }

  add(session: Session): void {
    session.state.isMonitor = true;
    this.#sessions.add(session);
  }

  /** The connection is gone, or was reset. */
  forget(session: Session): void {
    session.state.isMonitor = false;
    this.#sessions.delete(session);
  }

  /** A client has run a command. `spelling` is its name as the client spells it. */
  onCommand(session: Session, spelling: string, parameters: readonly string[]): void {
    if (this.#sessions.size === 0) return;
    const { database, server } = session.state;
    this.#show(`${database} ${session.connection}`, server, spelling, parameters);
  }

  /** A script has run a command. */
  onScriptCommand(database: number, server: number, spelling: string, parameters: readonly string[]): void {
    if (this.#sessions.size > 0) this.#show(`${database} lua`, server, spelling, parameters);
  }

  #show(source: string, server: number, spelling: string, parameters: readonly string[]): void {
    const name = spelling.toLowerCase();
    if (infoFor(name, parameters[0])?.flags.includes(HIDDEN) === true) return;
    const { nowMs } = this.#engine;
    const time = `${Math.floor(nowMs / 1000)}.${String((nowMs % 1000) * 1000).padStart(6, '0')}`;
    const words = [spelling, ...withoutPasswords(name, parameters)].map(quoted).join(' ');
    const text = `${time} [${source}] ${words}`;
    for (const session of this.#sessions)
      if (session.state.server === server)
        this.#port.sendMessage(session, { kind: 'monitor', pattern: '', channel: '', text });
  }
}
