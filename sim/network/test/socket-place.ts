/**
 * What the contract of sockets asks of a place that it is held in: connections with both their ends, and ways to make them fail.
 */
import type { ServerSocket } from '../../system/types.ts';

/** What both a browser's WebSocket and a client of `ws` have. */
export interface ClientSocket {
  readonly readyState: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export interface SocketPair {
  readonly server: ServerSocket;
  readonly client: ClientSocket;
  /** What the ends were told so far, in order. */
  readonly serverHeard: readonly string[];
  readonly clientHeard: readonly string[];
  readonly request: { readonly url: string; readonly headers: Readonly<Record<string, unknown>> };
}

export interface OpenOptions {
  /** Path and query. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The server waits for the end of a closing handshake only shortly, where that can be set. */
  readonly impatient?: boolean;
}

export interface SocketPlace {
  /** Connects a client; rejects when it is not taken. */
  open(options?: OpenOptions): Promise<SocketPair>;
  /** Dials where nobody listens. */
  openNowhere(): Promise<unknown>;
  /** What a kind of fault does, done to this connection, or to the place when none is named; call what it returns to end it. */
  befall(kind: string, pair?: SocketPair): () => void;
  /** Long enough for everything that is not held up. */
  pause(): Promise<void>;
}

export type SocketEntry = readonly [title: string, act: (place: SocketPlace) => Promise<unknown>, expected: unknown];

export async function until(place: SocketPlace, holds: () => boolean): Promise<void> {
  while (!holds()) await place.pause();
}

/** Resolves when both ends have been told that the connection is closed. */
export async function bothClosed(place: SocketPlace, pair: SocketPair): Promise<void> {
  await until(place, () => [pair.serverHeard, pair.clientHeard].every((heard) => closesOf(heard).length > 0));
}

export const closesOf = (heard: readonly string[]): string[] => heard.filter((what) => what.startsWith('close '));

/** What `send` tells its callback, in the order in which it does. */
export function sendingOn(server: ServerSocket): { send(text: string): void; readonly told: readonly string[] } {
  const told: string[] = [];
  let sent = 0;
  return {
    told,
    send: (text) => {
      const number = (sent += 1);
      server.send(text, (error) => told.push(`${number} ${error ? error.message : 'taken'}`));
    },
  };
}
