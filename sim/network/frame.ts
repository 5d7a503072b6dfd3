/**
 * One data frame on its way. There is a class for each direction, without closures, because most of
 * the memory that a run allocates is frames.
 */
import type { Parcel } from './lane.ts';
import type { Payload } from './payload.ts';
import type { Outgoing } from './send-window.ts';
import { SimulatedServerSocket } from './server/server-socket.ts';
import type { SendCallback } from '../system/web-socket-types.ts';

/** The connection, as a frame sees it. */
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
  /** The payload as records show it. */
  readonly shown: string;
  readonly bytes: number;
  readonly #wire: FrameWire;
  readonly #framedBytes: number;
  readonly #callback: SendCallback | undefined;

  /**
   * `callback` is called when the network has taken the frame, or with the error why it did not.
   */
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
    SimulatedServerSocket.onBytesTaken(this.#wire.socket, this.#framedBytes);
    this.#callback?.(error);
  }
}

/** From the client to the node. */
export class UpFrame implements Parcel {
  readonly payload: Payload;
  readonly shown: string;
  readonly bytes: number;
  /** The cause by which the node's work on the frame is keyed. */
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

/** Anything but a data frame, such as a ping. Its loss is not recorded. */
export class Signal implements Parcel {
  readonly bytes = 0;
  readonly deliver: () => void;

  constructor(arrive: () => void) {
    this.deliver = arrive;
  }

  lost(): void {
    // Only data frames have a record of their loss.
  }
}
