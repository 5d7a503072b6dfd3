/** Carries the frames of one connection, in both directions. */
import type { Scope } from '../kernel/draws.ts';
import type { SendCallback } from '../system/web-socket-types.ts';
import type { Client } from './client.ts';
import type { ClientEnd } from './client-end.ts';
import { Delays } from './delays.ts';
import { DownFrame, type FrameWire, Signal, UpFrame } from './frame.ts';
import type { Host } from './host.ts';
import { Lane } from './lane.ts';
import type { LinkContext } from './link-context.ts';
import { kindOf, type Payload, shownAs } from './payload.ts';
import { type Outgoing, SendWindow } from './send-window.ts';
import { SimulatedServerSocket } from './server/server-socket.ts';

/** The connection, as its frames see it. */
export interface Ends {
  readonly name: string;
  readonly client: string;
  readonly node: string;
  readonly host: Host;
  readonly socket: SimulatedServerSocket;
  /** Null until the connection is open, and when it is over. */
  readonly end: ClientEnd | null;
  /** The connection is reset, and the node's process has not seen that yet. */
  readonly isReset: boolean;
  /** The operating system has refused what the node sent. */
  onRefused(): void;
}

export class FramePath implements FrameWire {
  readonly up: Lane;
  readonly down: Lane;
  readonly window: SendWindow;
  readonly delays: Delays;
  readonly #context: LinkContext;
  readonly #ends: Ends;
  #takenAtUs = 0;

  constructor(context: LinkContext, ends: Ends, client: Client, scope: Scope) {
    this.#context = context;
    this.#ends = ends;
    this.delays = new Delays(context, client, scope);
    this.up = new Lane(context.kernel, ends.host, { inReads: true });
    this.down = new Lane(context.kernel, client, { onDelivered: () => this.window.refill() });
    const { sendBufferBytes } = context.circumstances;
    if (sendBufferBytes !== undefined) this.down.limit(sendBufferBytes);
    this.window = new SendWindow(this.down, () => this.#confirmLater());
  }

  get socket(): SimulatedServerSocket {
    return this.#ends.socket;
  }

  /** Sends a frame of the node. */
  send(payload: Payload, framedBytes: number, callback: SendCallback | undefined): void {
    const frame = new DownFrame(this, payload, shownAs(payload), framedBytes, callback);
    this.recordFrame('down', 'sent', frame);
    this.#push(frame);
  }

  /** Sends a frame of the client. */
  sendUp(payload: Payload): void {
    const { delayUs, cause } = this.delays.payload();
    const frame = new UpFrame(this, payload, shownAs(payload), cause);
    this.recordFrame('up', 'sent', frame);
    this.up.send(frame, delayUs);
  }

  sendDown(frame: DownFrame): void {
    this.down.send(frame, this.delays.downUs());
  }

  deliverDown(frame: DownFrame): void {
    const { end } = this.#ends;
    const isDelivered = end?.isOpen === true;
    this.recordFrame('down', isDelivered ? 'delivered' : 'lost', frame);
    if (isDelivered) end.deliver(frame.payload);
  }

  deliverUp(frame: UpFrame): void {
    this.recordFrame('up', 'delivered', frame);
    this.#context.kernel.cause = frame.cause;
    this.#context.kernel.connection = this.#ends.name;
    SimulatedServerSocket.receive(this.socket, frame.payload);
  }

  recordFrame(
    direction: 'up' | 'down',
    phase: 'sent' | 'delivered' | 'lost',
    { payload, shown }: Pick<DownFrame, 'payload' | 'shown'>,
  ): void {
    this.#context.recorder.frame(this.#ends, direction, kindOf(payload), phase, shown);
  }

  /** Sends a ping or a pong of the node. */
  sendControl(kind: 'ping' | 'pong', data: Buffer, onLeft: () => void, callback: SendCallback | undefined): void {
    const { recorder } = this.#context;
    recorder.frame(this.#ends, 'down', kind, 'sent');
    const arrive = (): void => {
      recorder.frame(this.#ends, 'down', kind, 'delivered');
      if (kind === 'ping') this.#answerPing(data);
    };
    this.passDown(arrive, onLeft, callback);
  }

  /** Calls `arrive` at the node, behind everything sent before. */
  passUp(arrive: () => void): void {
    const { kernel } = this.#context;
    const { name } = this.#ends;
    const signal = new Signal(() => {
      kernel.connection = name;
      arrive();
    });
    this.up.send(signal, this.delays.upUs());
  }

  /** Calls `arrive` at the client, behind everything sent before. */
  passDown(arrive: () => void, onLeft?: () => void, callback?: SendCallback): void {
    const send = (): void => {
      onLeft?.();
      this.down.send(new Signal(arrive), this.delays.downUs());
    };
    const lost = (): void => {
      if (this.#ends.isReset) onLeft?.();
    };
    this.#push(callback === undefined ? { send, lost } : { send, lost, confirm: callback });
  }

  #push(outgoing: Outgoing): void {
    if (this.#ends.isReset && this.window.refuse(outgoing)) this.#ends.onRefused();
    else this.window.push(outgoing);
  }

  /** Answers a ping as a browser does, without the client's code. */
  #answerPing(data: Buffer): void {
    if (this.#ends.end?.isOpen !== true) return;
    this.passUp(() => {
      this.#context.recorder.frame(this.#ends, 'up', 'pong', 'delivered');
      SimulatedServerSocket.receivePong(this.socket, data);
    });
  }

  /** Confirms frames in the order in which the network took them. */
  #confirmLater(): void {
    const { kernel } = this.#context;
    this.#takenAtUs = Math.max(this.#takenAtUs, kernel.nowUs + Math.ceil(this.delays.takenUs()));
    kernel.scheduleAt(this.#takenAtUs, this.#ends.host, this.window.confirmNext);
  }
}
