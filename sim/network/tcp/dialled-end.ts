/** The dialling end of a connection, which exists before the connection does. */
import type { SocketAddress, TcpEnd, TcpErrorCode } from '../../system/tcp.ts';
import type { StreamEnd } from './stream-end.ts';

export class DialledEnd implements TcpEnd {
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
  #end: StreamEnd | null = null;
  #isReading = false;
  #isClosed = false;

  constructor(local: SocketAddress, remote: SocketAddress) {
    this.local = local;
    this.remote = remote;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  get queuedBytes(): number {
    return this.#end?.queuedBytes ?? 0;
  }

  connected(end: StreamEnd): void {
    this.#end = end;
    if (this.#isReading) end.readStart();
  }

  write(bytes: Buffer, onTaken: (failure: TcpErrorCode | null) => void): TcpErrorCode | null | 'later' {
    return this.#end === null ? 'EPIPE' : this.#end.write(bytes, onTaken);
  }

  shutdown(onDone: () => void): void {
    this.#end?.shutdown(onDone);
  }

  readStart(): void {
    this.#isReading = true;
    this.#end?.readStart();
  }

  readStop(): void {
    this.#isReading = false;
    this.#end?.readStop();
  }

  reset(): void {
    this.#end?.reset();
  }

  close(): void {
    this.#isClosed = true;
    this.#end?.close();
  }
}
