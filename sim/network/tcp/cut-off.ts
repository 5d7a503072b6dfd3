/**
 * A connection that a fault cuts off within a message: what reaches each end from then on. See
 * message-faults.ts for the model.
 */
import type { Kernel } from '../../kernel/kernel.ts';
import { NETWORK } from '../domain.ts';
import type { Lane } from '../lane.ts';
import type { Direction } from '../partition.ts';
import type { Cut } from './message-faults.ts';
import { Marker } from './segment.ts';
import type { Burst } from './burst.ts';
import type { StreamEnd } from './stream-end.ts';

const NOTHING = Buffer.alloc(0);

/** One direction of the connection. */
export interface CutWay {
  readonly lane: Lane;
  readonly sender: StreamEnd;
  readonly receiver: StreamEnd;
}

export interface CutWire {
  readonly kernel: Kernel;
  wayOf(direction: Direction): CutWay;
  /** Draws a delay, in microseconds. */
  delayUs(): number;
  break(): void;
}

export class CutOff {
  readonly #wire: CutWire;
  readonly #cuts: Record<Direction, Cut['how'] | null> = { up: null, down: null };

  constructor(wire: CutWire) {
    this.#wire = wire;
  }

  /** Whether a cut takes the burst. */
  takes(direction: Direction, { bytes }: Burst): boolean {
    const how = this.#cuts[direction];
    if (how === 'end' && bytes.length > 0) this.#answerByReset(direction);
    return how !== null;
  }

  /** Breaks the connection behind what was sent in this direction. */
  resetBehind(direction: Direction): void {
    this.#cuts[direction] = 'reset';
    this.#wire.wayOf(direction).lane.send(new Marker(() => this.#wire.break()), this.#wire.delayUs());
  }

  /**
   * A proxy between the ends closes: each end receives the end of the stream, in this direction
   * right behind what was sent.
   */
  endBehind(direction: Direction): void {
    this.#cuts.up = this.#cuts.down = 'end';
    for (const towards of ['up', 'down'] as const) {
      const { lane, sender, receiver } = this.#wire.wayOf(towards);
      // What one end does no longer reaches the other.
      sender.peer = null;
      const delayUs = towards === direction ? 0 : this.#wire.delayUs();
      lane.send(new Marker(() => receiver.receive(NOTHING, true)), delayUs);
      if (sender.hasWaitingWrites) this.#answerByReset(towards);
    }
  }

  /** Nothing takes what is sent in this direction. */
  #answerByReset(direction: Direction): void {
    const { sender } = this.#wire.wayOf(direction);
    this.#wire.kernel.schedule(this.#wire.delayUs(), NETWORK, () => sender.fail('ECONNRESET'));
  }
}
