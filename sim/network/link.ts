/**
 * One connection between a client and a process of a node: two lanes, with an end on each side.
 *
 * Fault model. A connection opens after a round trip, or is refused when the node does not listen.
 * - It may be slow (latency.ts), read slowly (slow-reader.ts), or cut off (partition.ts).
 * - It may stall: the client reads and writes nothing until it resumes.
 * - It may break: each end notices after a delay, and what was under way is lost. The reset may be
 *   there before the node's process sees it: what it sends then fails (ECONNRESET, then EPIPE).
 * - It may become half-open: the client has gone, and the node is not notified.
 * TCP loses no single frame, and neither does a connection. Data is never changed, repeated or
 * reordered; a lost frame is lost with everything after it.
 */
import type { Scope } from '../kernel/draws.ts';
import type { Client } from './client.ts';
import type { RequestSocket, SendCallback } from '../system/web-socket-types.ts';
import type { ConnectOptions } from './client-socket.ts';
import { ClientEnd } from './client-end.ts';
import { ClosingHandshake, type ClosingWire, type Ending } from './closing.ts';
import { NETWORK } from './domain.ts';
import { type Ends, FramePath } from './frame-path.ts';
import type { Lane } from './lane.ts';
import type { Host } from './host.ts';
import type { LinkContext } from './link-context.ts';
import { type OpenLink, stateOf } from './open-link.ts';
import type { Payload } from './payload.ts';
import type { Refuse } from '../system/refused-members.ts';
import { SimulatedServerSocket, type Wire } from './server/server-socket.ts';
import { destroyed, reset } from './stream-errors.ts';
import { requestOf, SimulatedUpgradeRequest } from './server/upgrade-request.ts';

export class Link implements OpenLink, Wire, ClosingWire, Ends {
  readonly name: string;
  readonly client: string;
  readonly node: string;
  readonly host: Host;
  readonly socket: SimulatedServerSocket;
  readonly request: SimulatedUpgradeRequest;
  readonly up: Lane;
  readonly down: Lane;
  readonly #context: LinkContext;
  readonly #refuseClient: Refuse;
  readonly #path: FramePath;
  readonly #closing: ClosingHandshake;
  #end: ClientEnd | null = null;
  /** Called when the connection breaks before the node has answered the client's request. */
  onUnanswered: (() => void) | null = null;
  #clientClosed = false;
  #serverClosed = false;
  #dropped = false;
  /** When the reset of a broken connection is at the node's operating system. */
  #resetAtUs = Infinity;
  #isRefusing = false;

  constructor(context: LinkContext, name: string, scope: Scope, client: Client, host: Host, options: ConnectOptions) {
    this.#context = context;
    this.name = name;
    this.client = client.name;
    this.node = host.nodeName;
    this.host = host;
    this.#refuseClient = (way) => context.refuseClient(client, way);
    this.socket = new SimulatedServerSocket(this);
    this.request = requestOf(this, client.connectionCount, scope, options);
    this.#path = new FramePath(context, this, client, scope);
    this.up = this.#path.up;
    this.down = this.#path.down;
    this.#closing = new ClosingHandshake(this);
  }

  get listeners(): number {
    return this.socket.eventNames().reduce((sum, name) => sum + this.socket.listenerCount(name), 0);
  }

  get atNode(): OpenLink['atNode'] {
    return this.host.alive ? stateOf(this.socket.readyState) : 'gone';
  }

  /** Whether the node's end has closed. */
  get isOver(): boolean {
    return this.#serverClosed;
  }

  get end(): ClientEnd | null {
    return this.#end;
  }

  get isReset(): boolean {
    return this.#context.kernel.nowUs >= this.#resetAtUs && !this.#serverClosed;
  }

  get requestSocket(): RequestSocket {
    return this.request.socket;
  }

  readonly refuse: Refuse = (way) => this.host.refuse(way);

  get bufferedBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Creates the client's end. `onOpen` is called when the client may send. */
  openClient(onOpen: (end: ClientEnd) => void): void {
    // mock-socket opens 4 ms after it is created. What the node sends until then arrives after
    // that.
    this.down.block();
    const { protocol } = this.socket;
    const end = new ClientEnd(`ws://${this.name.replace('#', '-')}.sim/`, protocol, this.#refuseClient, {
      onOpen: () => {
        this.#context.recorder.frame(this, 'down', 'open', 'delivered', protocol);
        onOpen(end);
        this.down.unblock();
      },
      onPayload: (payload) => this.#path.sendUp(payload),
      onClosing: (code, reason) => {
        if (!this.up.isCut) this.#closing.sendFromClient({ code, reason });
      },
      onClose: (code, reason) => this.#onClientClosed({ code, reason }),
    });
    this.#end = end;
  }

  send(payload: Payload, framedBytes: number, callback: SendCallback | undefined): void {
    this.#path.send(payload, framedBytes, callback);
  }

  sendControl(kind: 'ping' | 'pong', data: Buffer, onLeft: () => void, callback: SendCallback | undefined): void {
    this.#path.sendControl(kind, data, onLeft, callback);
  }

  /** As in Node, the failed write ends the connection. */
  onRefused(): void {
    if (this.#isRefusing) return;
    this.#isRefusing = true;
    this.later(0, () => this.#breakServer(reset));
  }

  pauseReading(): void {
    this.up.block();
  }

  resumeReading(): void {
    this.up.unblock();
  }

  sendClose(code: number, reason: string): void {
    this.#closing.sendFromNode({ code, reason });
  }

  recordClosing(direction: 'up' | 'down', phase: 'sent' | 'delivered', { code, reason }: Ending): void {
    this.#context.recorder.frame(this, direction, 'close', phase, '', code, reason);
  }

  passUp(arrive: () => void): void {
    this.#path.passUp(arrive);
  }

  passDown(arrive: () => void): void {
    this.#path.passDown(arrive);
  }

  answerAtClient({ code, reason }: Ending): void {
    this.#end?.beginClosing(code, reason);
  }

  closeClient({ code, reason }: Ending): void {
    this.#end?.close(code, reason);
  }

  closeNode(ending: Ending): void {
    this.later(0, () => this.#endServer(ending, destroyed));
  }

  drop(): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.#context.recorder.frame(this, 'down', 'close', 'sent', '', 1006);
    this.#breakClientSide();
    this.up.cut();
    this.later(0, () => this.#breakServer(destroyed));
  }

  later(delayUs: number, callback: () => void) {
    return this.#context.kernel.schedule(delayUs, this.host, callback);
  }

  admit({ bytes }: { readonly bytes: number }): void {
    this.down.admit(bytes);
  }

  break(): void {
    this.#breakServerSide();
    this.#breakClientSide();
  }

  /** What the node sends is taken until the window is full. */
  abandon(): void {
    this.up.cut();
    if (this.#end === null) this.#cutDown();
    else this.down.block();
    this.#end?.close(1006, '');
  }

  /** The node's process has ended: its operating system resets the connection. */
  hostEnded(): void {
    this.up.cut();
    this.#serverClosed = true;
    this.#path.window.drop();
    this.#breakClientSide();
    this.#checkGone();
  }

  /** Closes the node's end after everything it has sent, without a closing handshake. */
  endAtNode(): void {
    this.up.cut();
    this.#serverClosed = true;
    this.#checkGone();
  }

  /** The client gave up before its end existed. */
  clientGaveUp(): void {
    this.#clientClosed = true;
    this.#checkGone();
  }

  release(): void {
    this.#end?.release();
  }

  #onClientClosed({ code, reason }: Ending): void {
    this.#context.recorder.frame(this, 'down', 'close', 'down', '', code, reason);
    this.#clientClosed = true;
    this.#checkGone();
  }

  /** Closes the node's end with the code of the client's closing frame, if that has arrived. */
  #breakServer(error: () => Error): void {
    this.down.cut();
    this.#endServer(this.#closing.endingAtNode, error);
  }

  /** As in Node, callbacks of `send` are called in a turn before `close`. */
  #endServer({ code, reason }: Ending, error: () => Error): void {
    if (this.#serverClosed) return;
    this.#serverClosed = true;
    // A failed write calls back before its socket knows.
    if (this.#isRefusing) this.#path.window.failRefused();
    SimulatedServerSocket.beginEnding(this.socket);
    const finish = (): void => {
      this.#context.recorder.frame(this, 'up', 'close', 'down', '', code, reason);
      // In this order `ws` emits `close` of its socket and of the one below.
      if (code === 1006) SimulatedUpgradeRequest.finish(this.request, error === reset);
      SimulatedServerSocket.finish(this.socket, code, reason);
      if (code !== 1006) SimulatedUpgradeRequest.finish(this.request, false);
      this.#checkGone();
    };
    if (this.#path.window.fail(error) || this.#isRefusing) this.later(0, finish);
    else finish();
  }

  #breakServerSide(): void {
    if (this.#serverClosed) return;
    this.up.cut();
    const { delays } = this.#path;
    const arrivesUs = delays.upUs();
    this.#resetAtUs = this.#context.kernel.nowUs + arrivesUs;
    this.later(arrivesUs + delays.unseenUs(), () => this.#breakServer(reset));
  }

  #breakClientSide(): void {
    if (this.down.isCut) return;
    this.#cutDown();
    if (this.#end !== null)
      this.#context.kernel.schedule(this.#path.delays.upUs(), NETWORK, () =>
        this.closeClient(this.#closing.endingAtClient),
      );
  }

  #cutDown(): void {
    this.down.cut();
    this.onUnanswered?.();
    this.onUnanswered = null;
  }

  #checkGone(): void {
    // mock-socket emits the client's `close` event 4 ms later. Its end is needed until then.
    const isHeld = this.#end !== null && !this.#end.released;
    if (!this.#clientClosed || !this.#serverClosed || isHeld) return;
    // The system may keep the node's end. The client's end is the larger part: drop it.
    this.#end = null;
    this.#context.onGone(this);
  }
}
