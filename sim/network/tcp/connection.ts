/**
 * One TCP connection: two lanes of segments, with an end on each side.
 *
 * Fault model. What a side writes within one turn is one burst, whatever the number of writes. A
 * burst travels whole or in two or three segments, which the seed decides. Segments arrive in
 * order, once each, after a delay, or not at all. A reader takes everything that is there in one
 * read. The connection may be slow, read slowly, cut off, stalled, broken, or half-open, as in
 * ../link.ts. It may be cut off within a message, and its messages may arrive in unusual segments:
 * message-faults.ts.
 */
import type { Circumstances } from '../../kernel/circumstances.ts';
import { type Draws, type Scope, subscope } from '../../kernel/draws.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';
import type { Recorder } from '../../kernel/recorder.ts';
import type { SocketAddress, TcpErrorCode } from '../../system/tcp.ts';
import type { Completions } from '../completions.ts';
import { Delays } from '../delays.ts';
import { NETWORK } from '../domain.ts';
import { Lane } from '../lane.ts';
import type { Delaying } from '../latency.ts';
import type { OpenLink } from '../open-link.ts';
import type { Direction } from '../partition.ts';
import { CutOff } from './cut-off.ts';
import type { Dialler } from './dialler.ts';
import { Evidence } from './evidence.ts';
import type { HitConnection, MessageFaults } from './message-faults.ts';
import { headBytesOf, offsetAt, type Range } from './places.ts';
import { Segment } from './segment.ts';
import type { Burst } from './burst.ts';
import { StreamEnd } from './stream-end.ts';
import { splitPoints } from './split.ts';

/** More than the segments of any burst. */
const SEGMENTS_MAX = 32;
/** The most reads in which a slow reader reads a segment. */
const PARTS_MAX = 8;

export interface TcpContext {
  readonly kernel: Kernel;
  readonly draws: Draws;
  readonly latency: Delaying;
  readonly completions: Completions;
  readonly circumstances: Circumstances;
  readonly recorder: Recorder;
  readonly faults: MessageFaults;
  /** Called once, when both ends are closed. */
  readonly onGone: (connection: TcpConnection) => void;
}

export interface TcpRoute {
  /** `client-3#1`. */
  readonly name: string;
  readonly scope: Scope;
  readonly dialler: Dialler;
  readonly host: Domain & { readonly nodeName: string };
  /** Within one machine. */
  readonly isLocal: boolean;
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
  /** Null until a fault cuts the connection off. */
  #cutOff: CutOff | null = null;
  readonly #asHit: HitConnection;
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
    this.#asHit = { name, scope: route.scope, machines: route.isLocal ? [] : [host.nodeName, dialler.name] };
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
        connection: name,
        onWritten: (bytes) => this.#onWrittenDown(bytes),
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
  break(reason?: 'unacknowledged'): void {
    this.#isBroken = true;
    // The end that has sent something gives up after its time limit. The other one is reset.
    const codeOf = (sent: Lane): TcpErrorCode =>
      reason === 'unacknowledged' && !sent.isIdle ? 'ETIMEDOUT' : 'ECONNRESET';
    const codes = [codeOf(this.down), codeOf(this.up)] as const;
    this.#fail(this.nodeEnd, codes[0]);
    this.#fail(this.clientEnd, codes[1]);
  }

  admit({ parts }: { readonly parts: number }): void {
    for (let count = 0; count < parts; count += 1) this.down.admitPart();
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

  diallerEnded(process: Domain): void {
    if (this.#route.dialler.domain === process) this.clientEnd.close();
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

  #fail(end: StreamEnd, code: TcpErrorCode): void {
    const lane = end === this.nodeEnd ? this.up : this.down;
    if (lane.isCut) return;
    lane.cut();
    const unseenUs = end === this.nodeEnd ? this.#delays.unseenUs() : 0;
    this.#context.kernel.schedule(this.#delays.upUs(), NETWORK, () => end.fail(code, unseenUs));
  }

  #send(direction: Direction, burst: Burst): void {
    if (this.#cutOff?.takes(direction, burst) === true) return;
    const cut = this.#context.faults.cutOf(this.#asHit, direction, burst);
    if (cut === null) {
      this.#sendSegments(direction, burst);
      return;
    }
    this.#sendSegments(direction, { ...burst, bytes: burst.bytes.subarray(0, cut.offset), isEnd: false });
    this.#cutOff = this.#makeCutOff();
    if (cut.how === 'reset') this.#cutOff.resetBehind(direction);
    else this.#cutOff.endBehind(direction);
  }

  #makeCutOff(): CutOff {
    const up = { lane: this.up, sender: this.clientEnd, receiver: this.nodeEnd };
    const down = { lane: this.down, sender: this.nodeEnd, receiver: this.clientEnd };
    return new CutOff({
      kernel: this.#context.kernel,
      wayOf: (direction) => (direction === 'up' ? up : down),
      delayUs: () => this.#delays.downUs(),
      break: () => this.break(),
    });
  }

  #sendSegments(direction: Direction, burst: Burst): void {
    const { draws, kernel } = this.#context;
    const isUp = direction === 'up';
    const lane = isUp ? this.up : this.down;
    const { delayUs, cause } = isUp ? this.#delays.payload() : { delayUs: this.#delays.downUs(), cause: 0 };
    const end = isUp ? this.nodeEnd : this.clientEnd;
    const unusual = this.#context.faults.segmentationOf(this.#asHit, direction, burst);
    const points = unusual?.points ?? splitPoints(draws, this.#route.scope, direction, burst);
    let start = 0;
    for (const [index, point] of [...points, burst.bytes.length].entries()) {
      const range = { start, end: point };
      const isLast = index === points.length;
      start = point;
      const segment = new Segment(
        burst.bytes.subarray(range.start, range.end),
        () => this.#stopsIn(direction, burst, range, index),
        (bytes, isRest) => {
          if (cause !== 0) kernel.cause = cause;
          if (isUp) kernel.connection = this.name;
          // An end that has failed or closed takes nothing, although segments still arrive.
          if (end.isReceiving) this.#evidence.delivered(direction, bytes.length);
          end.receive(bytes, isRest && isLast && burst.isEnd);
        },
      );
      if (unusual !== null) lane.send(segment, delayUs + unusual.lateUs, unusual.gapUs);
      else lane.send(segment, index === 0 ? delayUs : isUp ? this.#delays.upUs() : this.#delays.downUs());
    }
  }

  /**
   * The buffer is small for frames only. Heads of HTTP differ by a few bytes between versions of
   * Node, and must not wait in one of them alone.
   */
  #onWrittenDown(bytes: Buffer): void {
    const wasUpgraded = this.#evidence.isUpgraded;
    this.#evidence.sent('down', bytes);
    const { sendBufferBytes } = this.#context.circumstances;
    if (sendBufferBytes !== undefined && !wasUpgraded && this.#evidence.isUpgraded) this.down.limit(sendBufferBytes);
  }

  /** Where a slow reader stops in a segment: a drawn number of times, whatever the size. */
  #stopsIn(direction: Direction, { bytes, number }: Burst, range: Range, index: number): readonly number[] {
    if (bytes.length < 2) return [];
    const scope = subscope(this.#route.scope, `read/${direction}`);
    const parts = this.#context.draws.integer(scope, SEGMENTS_MAX * number + index, 2, PARTS_MAX);
    const headBytes = headBytesOf(bytes);
    return Array.from({ length: parts - 1 }, (_, part) => offsetAt(range, headBytes, (part + 1) / parts) - range.start);
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
