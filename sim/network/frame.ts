/**
 * One data frame on its way. A class for each direction, and no closures: most of what a run allocates are frames.
 */
import type { Parcel } from './lane.ts';
import type { Payload } from './payload.ts';
import type { Outgoing } from './send-window.ts';
import type { SimulatedServerSocket } from './server-socket.ts';
import type { SendCallback } from '../system/types.ts';

/** What the connection does with a frame. */
export interface FrameWire {
  recordFrame(direction: 'up' | 'down', phase: 'delivered' | 'lost', frame: { payload: Payload; shown: string }): void;
  sendDown(frame: DownFrame): void;
  deliverDown(frame: DownFrame): void;
  deliverUp(frame: UpFrame): void;
  readonly socket: SimulatedServerSocket;
}

/** From the node to the client. */
export class DownFrame implements Outgoing, Parcel {
  readonly payload: Payload;
  /** As records show it. */
  readonly shown: string;
  readonly bytes: number;
  readonly #wire: FrameWire;
  readonly #framedBytes: number;
  readonly #callback: SendCallback | undefined;

  /** `callback` is told when the network has taken the frame, or why it never will. */
  constructor(
    wire: FrameWire,
    payload: Payload,
    shown: string,
    framedBytes: number,
    callback: SendCallback | undefined,
  ) {
    this.payload = payload;
    this.shown = shown;
    this.bytes = payload.length;
    this.#wire = wire;
    this.#framedBytes = framedBytes;
    this.#callback = callback;
  }

  send(): void {
    this.#wire.sendDown(this);
  }

  deliver(): void {
    this.#wire.deliverDown(this);
  }

  lost(): void {
    this.#wire.recordFrame('down', 'lost', this);
  }

  confirm(error: Error | null): void {
    this.#wire.socket.left(this.#framedBytes);
    this.#callback?.(error);
  }
}

/** From the client to the node. */
export class UpFrame implements Parcel {
  readonly payload: Payload;
  readonly shown: string;
  readonly bytes: number;
  /** What the node's work on it is keyed by. */
  readonly cause: number;
  readonly #wire: FrameWire;

  constructor(wire: FrameWire, payload: Payload, shown: string, cause: number) {
    this.payload = payload;
    this.shown = shown;
    this.bytes = payload.length;
    this.cause = cause;
    this.#wire = wire;
  }

  deliver(): void {
    this.#wire.deliverUp(this);
  }

  lost(): void {
    this.#wire.recordFrame('up', 'lost', this);
  }
}
