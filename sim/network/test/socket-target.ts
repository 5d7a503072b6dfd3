/** What the contract of sockets needs of a target: connections with both their ends, and faults. */
import type {
  ServerSocket,
  UpgradeRequest,
  WebSocketServer,
  WebSocketServerOptions,
} from '../../system/web-socket-types.ts';

/** What a browser's WebSocket and a client of `ws` have in common. */
export interface ClientSocket {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface SocketPair {
  readonly server: ServerSocket;
  readonly client: ClientSocket;
  /** Events of each end, in order. */
  readonly serverLog: readonly string[];
  readonly clientLog: readonly string[];
  readonly request: UpgradeRequest;
}

export interface OpenOptions {
  /** Path and query. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly protocols?: readonly string[];
  /**
   * The server waits only briefly for the end of a closing handshake, if the target can set that.
   */
  readonly impatient?: boolean;
}

/** A server that the contract has made. */
export interface Served {
  readonly server: WebSocketServer;
  /** Connects a client. Resolves to its subprotocol, or to the reason why it was not connected. */
  dial(options?: OpenOptions): Promise<string>;
}

export interface SocketTarget {
  /** Starts a server with these options. `arrange` is called before it listens. */
  serve(options: WebSocketServerOptions, arrange?: (server: WebSocketServer) => void): Promise<Served>;
  /**
   * Connects to a process whose event loop stands still, and which closes its server before it
   * continues. Resolves to what becomes of the attempt.
   */
  dialClosingServer(): Promise<string>;
  /** Connects a client. Rejects when it is refused. */
  open(options?: OpenOptions): Promise<SocketPair>;
  /** Dials where nothing listens. */
  openNowhere(): Promise<unknown>;
  /** Injects a fault into a connection, or into the whole target. Returns how to end it. */
  inject(kind: string, pair?: SocketPair): () => void;
  /**
   * Resets a connection, and runs `act` in the server's process when the reset has arrived and the
   * process has not seen it.
   */
  resetUnseen(pair: SocketPair, act: () => void): Promise<void>;
  /** Waits until everything that is not blocked has arrived. */
  pause(): Promise<void>;
}

export type SocketEntry = readonly [title: string, act: (target: SocketTarget) => Promise<unknown>, expected: unknown];

export async function until(target: SocketTarget, holds: () => boolean): Promise<void> {
  while (!holds()) await target.pause();
}

/** Resolves when both ends have emitted `close`. */
export async function bothClosed(target: SocketTarget, pair: SocketPair): Promise<void> {
  await until(target, () => [pair.serverLog, pair.clientLog].every((log) => closesOf(log).length > 0));
}

export const closesOf = (log: readonly string[]): string[] => log.filter((what) => what.startsWith('close '));

/** Sends frames and logs their callbacks, in order. */
export function sendingOn(server: ServerSocket): { send(text: string): void; readonly callbacks: readonly string[] } {
  const callbacks: string[] = [];
  let sent = 0;
  return {
    callbacks,
    send: (text) => {
      const number = (sent += 1);
      server.send(text, (error) => callbacks.push(`${number} ${error ? error.message : 'taken'}`));
    },
  };
}

/** The error that `act` throws, as text. */
export function thrownBy(act: () => unknown): string {
  try {
    act();
    return 'nothing';
  } catch (error) {
    const { name, message } = error as Error;
    return `${name}: ${message}`;
  }
}
