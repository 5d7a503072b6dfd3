/**
 * TCP, as the operating system offers it to a process. The process sees it through `node:net` only.
 */

export interface SocketAddress {
  /** An IPv4 address. */
  readonly address: string;
  readonly port: number;
}

/** Codes that a system call of TCP fails with. */
export type TcpErrorCode =
  'EADDRINUSE' | 'EADDRNOTAVAIL' | 'ECANCELED' | 'ECONNREFUSED' | 'ECONNRESET' | 'EPIPE' | 'ETIMEDOUT';

/** What happens to an end of a connection. Each call is an event of the process that owns it. */
export interface TcpEndEvents {
  /** The attempt to connect has ended. Not called for an accepted connection. */
  onConnect(failure: TcpErrorCode | null): void;
  /**
   * Called only while the end reads. Returns the bytes that were not read because reading stopped
   * midway: they are passed again later.
   */
  onBytes(bytes: Buffer): Buffer | undefined;
  /** The peer has sent its last byte. Called only while the end reads, which then stops. */
  onEnd(): void;
  /** The connection is broken. Called only while the end reads. Nothing follows. */
  onFailure(code: TcpErrorCode): void;
}

/** One end of a connection. */
export interface TcpEnd {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  /** Bytes that were written and not yet taken by the network. */
  readonly queuedBytes: number;
  /**
   * Writes bytes, which must not change later. Null if the network took them at once; a code if
   * the connection can take nothing; otherwise `onTaken` is called later, once.
   */
  write(bytes: Buffer, onTaken: (failure: TcpErrorCode | null) => void): TcpErrorCode | null | 'later';
  /** Sends the end of the stream behind everything that was written. */
  shutdown(onDone: () => void): void;
  readStart(): void;
  readStop(): void;
  /** Sends a reset: the peer's end fails with ECONNRESET. Nothing written before is delivered. */
  reset(): void;
  /** Gives the end up. What was written is still delivered; what arrives is answered by a reset. */
  close(): void;
}

/** Calls `attach` with the handlers of a new connection, before anything that may throw. */
export type OnConnection = (end: TcpEnd, attach: (events: TcpEndEvents) => void) => void;

export interface TcpListener {
  readonly address: SocketAddress;
  close(): void;
}

/** The TCP of one process. */
export interface TcpStack {
  /** Port 0 is any free port. */
  listen(address: SocketAddress, backlog: number, onConnection: OnConnection): TcpListener | TcpErrorCode;
  connect(remote: SocketAddress, events: TcpEndEvents, local?: Partial<SocketAddress>): TcpEnd;
  /**
   * Registers what to do when the process has ended, without running its code. Returns a function
   * that takes the registration back.
   */
  atEnd(release: () => void): () => void;
  /** The IPv4 address of a host name; null for a name that is not known. */
  lookup(name: string): string | null;
  /** Runs a callback in an event of the process, `delayMs` from now. Not visible as a timer. */
  schedule(delayMs: number, callback: () => void): { cancel(): void };
}
