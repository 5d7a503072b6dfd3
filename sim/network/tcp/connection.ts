/**
 * One TCP connection: two lanes of segments, with an end on each side.
 *
 * Fault model. What a side writes within one turn is one burst, whatever the number of writes. A
 * burst travels whole or in two or three segments, which the seed decides. Segments arrive in
 * order, once each, after a delay, or not at all. A reader takes everything that is there in one
 * read. The connection may be slow, read slowly, cut off, stalled, broken, or half-open, as in
 * ../link.ts.
 */
import type { Draws, Scope } from '../../kernel/draws.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Recorder } from '../../kernel/recorder.ts';
import type { SocketAddress } from '../../system/tcp.ts';
import type { Client } from '../client.ts';
import { Delays } from '../delays.ts';
import { NETWORK } from '../domain.ts';
import { Lane } from '../lane.ts';
import type { Delaying } from '../latency.ts';
import type { OpenLink } from '../open-link.ts';
import { Evidence } from './evidence.ts';
import { type Burst, StreamEnd } from './stream-end.ts';
import { splitPoints } from './split.ts';

/** What dials: a client, or a process of a node. */
export interface Dialler {
  readonly name: string;
  /** Its events. */
  readonly domain: Domain;
  readonly scope: Scope;
  /** Numbers its connections. */
  nextConnection(): number;
  /** The operation of a client that is under way: see Client. */
  readonly operation: Client['operation'];
}

export interface TcpContext {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly latency: Delaying;
  readonly recorder: Recorder;
  /** Called once, when both ends are closed. */
  readonly onGone: (connection: TcpConnection) => void;
}

export interface TcpRoute {
  /** `client-3#1`. */
  readonly name: string;
  readonly scope: Scope;
  readonly dialler: Dialler;
  readonly host: Domain & { readonly nodeName: string };
  readonly local: SocketAddress;
  readonly remote: SocketAddress;
}

export class TcpConnection implements OpenLink {
  readonly name: string;
  readonly client: string;
  readonly node: string;
  readonly host: TcpRoute['host'];
  readonly up: Lane;
  readonly down: Lane;
  readonly clientEnd: StreamEnd;
  readonly nodeEnd: StreamEnd;
  /** 0, because a socket of `node:net` has listeners of Node, too. */
  readonly listeners = 0;
  readonly #context: TcpContext;
  readonly #route: TcpRoute;
  readonly #delays: Delays;
  readonly #evidence: Evidence;
  /** Fails the handshake at the client. Null once it has been answered. */
  #failHandshake: (() => void) | null = null;
  #isGone = false;
  #isBroken = false;

  constructor(context: TcpContext, route: TcpRoute) {
    const { kernel } = context;
    const { name, dialler, host, local, remote } = route;
    this.name = name;
    this.client = dialler.name;
    this.node = host.nodeName;
    this.host = host;
    this.#context = context;
    this.#route = route;
    this.#delays = new Delays(context, dialler, route.scope);
    this.up = new Lane(kernel, host, { inReads: true });
    this.down = new Lane(kernel, dialler.domain, { inReads: true });
    this.#evidence = new Evidence({ name, client: this.client, node: this.node }, context.recorder);
    this.clientEnd = new StreamEnd(
      {
        kernel,
        domain: dialler.domain,
        local,
        remote,
        onWritten: (bytes) => this.#evidence.sent('up', bytes),
        onClosed: () => this.#onClosed('client'),
      },
      this.up,
      (burst) => this.#send('up', burst),
    );
    this.nodeEnd = new StreamEnd(
      {
        kernel,
        domain: host,
        local: remote,
        remote: local,
        onWritten: (bytes) => this.#evidence.sent('down', bytes),
        onClosed: () => this.#onClosed('node'),
      },
      this.down,
      (burst) => this.#send('down', burst),
    );
    this.clientEnd.peer = this.nodeEnd;
    this.nodeEnd.peer = this.clientEnd;
  }

  get atNode(): OpenLink['atNode'] {
    if (!this.host.alive || this.nodeEnd.isClosed) return 'gone';
    return this.nodeEnd.isEnding ? 'closing' : 'open';
  }

  /** The node's process ended the connection by a reset, and no fault broke it. */
  get wasResetByNode(): boolean {
    return this.host.alive && !this.#isBroken;
  }

  get bufferedBytes(): number {
    return this.nodeEnd.queuedBytes;
  }

  /** Breaks the connection: each end notices after a delay. */
  break(): void {
    this.#isBroken = true;
    for (const end of [this.nodeEnd, this.clientEnd]) this.#fail(end);
  }

  /** The client goes away, and the node is not notified. */
  abandon(): void {
    this.#isBroken = true;
    this.up.cut();
    this.down.block();
    this.#context.kernel.schedule(0, this.#route.dialler.domain, () => {
      if (this.#failHandshake === null) this.clientEnd.fail('ECONNRESET');
      else this.#failHandshake();
    });
  }

  /** The node's process has ended: its operating system closes its end. */
  hostEnded(): void {
    this.nodeEnd.close();
  }

  /** The client gave up before it was connected. */
  clientGaveUp(): void {
    this.clientEnd.close();
  }

  /** Sends `deliver` to the client as the answer of the handshake. */
  answer(parcel: { deliver(): void; lost(): void }): void {
    const lost = (): void => {
      this.#failHandshake = null;
      parcel.lost();
    };
    const deliver = (): void => {
      if (this.#failHandshake === null) return;
      this.#failHandshake = null;
      parcel.deliver();
    };
    this.#failHandshake = lost;
    this.down.send({ bytes: 0, deliver, lost }, this.#delays.downUs());
  }

  #fail(end: StreamEnd): void {
    const lane = end === this.nodeEnd ? this.up : this.down;
    if (lane.isCut) return;
    lane.cut();
    this.#context.kernel.schedule(this.#delays.upUs(), NETWORK, () => end.fail('ECONNRESET'));
  }

  #send(direction: 'up' | 'down', burst: Burst): void {
    const { draws } = this.#context;
    const isUp = direction === 'up';
    const { delayUs, cause } = isUp ? this.#delays.payload() : { delayUs: this.#delays.downUs(), cause: 0 };
    const end = isUp ? this.nodeEnd : this.clientEnd;
    const lane = isUp ? this.up : this.down;
    const points = splitPoints(draws, this.#route.scope, direction, burst);
    let start = 0;
    for (const [index, point] of [...points, burst.bytes.length].entries()) {
      const segment = burst.bytes.subarray(start, point);
      const isLast = index === points.length;
      start = point;
      lane.send(
        {
          bytes: segment.length,
          deliver: () => {
            if (cause !== 0) this.#context.kernel.cause = cause;
            this.#evidence.delivered(direction, segment.length);
            end.receive(segment, isLast && burst.isEnd);
          },
          lost: () => undefined,
        },
        index === 0 ? delayUs : isUp ? this.#delays.upUs() : this.#delays.downUs(),
      );
    }
  }

  #onClosed(side: 'client' | 'node'): void {
    this.#evidence.closed(side);
    this.#checkGone();
  }

  #checkGone(): void {
    if (this.#isGone || !this.clientEnd.isClosed || !this.nodeEnd.isClosed) return;
    this.#isGone = true;
    this.#context.onGone(this);
  }
}
