import type { Socket, SocketListener } from '../ports.ts';
import { SocketNotOpenError } from '../ports.ts';
import { subprotocol } from '../protocol.ts';

/** The server's end of a connection. The test plays the client. */
export class FakeSocket implements Socket {
  readonly remoteAddress: string;
  readonly protocol: string;
  bufferedBytes = 0;
  isOpen = true;
  /** Answers pings. */
  isLively = false;
  pings = 0;
  /** Frames that were sent, parsed. */
  readonly frames: Record<string, unknown>[] = [];
  /** The close code and reason from the gateway, or `terminated`. */
  ending: { readonly code: number; readonly reason: string } | 'terminated' | null = null;
  /** Callbacks of sends that were not called yet. */
  readonly unsent: ((error?: Error | null) => void)[] = [];
  #listener: SocketListener<unknown> | null = null;
  #owner: unknown = null;

  constructor(remoteAddress = '192.0.2.1', protocol = subprotocol) {
    this.remoteAddress = remoteAddress;
    this.protocol = protocol;
  }

  attach<Owner>(listener: SocketListener<Owner>, owner: Owner): void {
    this.#listener = listener;
    this.#owner = owner;
  }

  send(text: string, onSent: (error?: Error | null) => void): void {
    if (!this.isOpen) throw new SocketNotOpenError();
    this.frames.push(JSON.parse(text) as Record<string, unknown>);
    this.unsent.push(onSent);
  }

  ping(): void {
    if (!this.isOpen) throw new SocketNotOpenError();
    this.pings += 1;
    if (this.isLively) queueMicrotask(() => this.pong());
  }

  close(code: number, reason: string): void {
    this.isOpen = false;
    this.ending ??= { code, reason };
  }

  terminate(): void {
    this.isOpen = false;
    this.ending = 'terminated';
  }

  /** Calls the callbacks of all sends. */
  answerSends(error: Error | null = null): void {
    for (const answer of this.unsent.splice(0)) answer(error);
  }

  /** Sends a frame from the client: an object as JSON, a string unchanged. */
  say(frame: object | string): void {
    this.#listener?.onMessage(this.#owner, typeof frame === 'string' ? frame : JSON.stringify(frame));
  }

  sayBytes(): void {
    this.#listener?.onBinary(this.#owner);
  }

  pong(): void {
    this.#listener?.onPong(this.#owner);
  }

  leave(code = 1000): void {
    this.isOpen = false;
    this.#listener?.onClose(this.#owner, code);
  }

  framesOf(type: string): readonly Record<string, unknown>[] {
    return this.frames.filter((frame) => frame['type'] === type);
  }

  get closeCode(): number | null {
    return this.ending === null || this.ending === 'terminated' ? null : this.ending.code;
  }
}
