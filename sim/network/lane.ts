/**
 * One direction of a connection.
 *
 * Fault model. As over TCP, parcels arrive in order, once each, after a delay, or not at all. A
 * parcel that waits for one before it arrives together with it. A process reads everything that is
 * there in one turn, up to a limit, as `ws` does. A browser receives each frame in a separate turn.
 *
 * A blocked lane delivers nothing; when it is unblocked, everything arrives in order. A blocked
 * lane may still admit a number of bytes, or parts of parcels, for a slow reader. A cut lane loses
 * what is under way and everything sent later; the sender is not notified.
 */
import { Fifo } from '../kernel/fifo.ts';
import type { Domain } from '../kernel/heap.ts';
import type { Kernel } from '../kernel/kernel.ts';

/** Bytes that may be under way before the sender must wait, when both ends read at full speed. */
const WINDOW_BYTES = 65_536;

/** Maximum size of one read, as in Node. */
const READ_BYTES = 65_536;

/** A scheduled read, and the parcels that it will find. */
interface Read {
  readonly atUs: number;
  parcels: number;
  bytes: number;
}

export interface LaneOptions {
  /** Whether the receiver reads everything that is there in one turn. */
  readonly inReads?: boolean;
  readonly onDelivered?: () => void;
}

export interface Parcel {
  readonly bytes: number;
  /** Delivers what `deliverPart` has not delivered. */
  deliver(): void;
  /**
   * Delivers the next part to a slow reader. False without an effect if only the last part is left.
   * Absent: the parcel arrives whole.
   */
  deliverPart?(): boolean;
  lost(): void;
}

export class Lane {
  readonly #kernel: Kernel;
  readonly #receiver: Domain;
  readonly #onDelivered: (() => void) | null;
  readonly #inReads: boolean;
  /** In the order of sending. */
  readonly #parcels = new Fifo<Parcel>();
  #lastAtUs = 0;
  #blocks = 0;
  #heldBack = 0;
  #cut = false;
  #bytesUnderWay = 0;
  #creditBytes = 0;
  /** The last read, until it happens. */
  #nextRead: Read | null = null;
  /** Number of parcels admitted through a block and not yet delivered. */
  #admitted = 0;
  /** Bytes that may be under way before the sender must wait, while the lane is blocked. */
  windowBytes = WINDOW_BYTES;
  #usualWindowBytes = WINDOW_BYTES;

  constructor(kernel: Kernel, receiver: Domain, { inReads = false, onDelivered }: LaneOptions = {}) {
    this.#kernel = kernel;
    this.#receiver = receiver;
    this.#inReads = inReads;
    this.#onDelivered = onDelivered ?? null;
  }

  get bytesUnderWay(): number {
    return this.#bytesUnderWay;
  }

  get isIdle(): boolean {
    return this.#parcels.size === 0;
  }

  get isCut(): boolean {
    return this.#cut;
  }

  get isBlocked(): boolean {
    return this.#blocks > 0;
  }

  /** `apartUs`: the least time between the arrival of what was sent before and of this. */
  send(parcel: Parcel, delayUs: number, apartUs = 0): void {
    if (this.#cut) {
      parcel.lost();
      return;
    }
    this.#parcels.push(parcel);
    this.#bytesUnderWay += parcel.bytes;
    this.#lastAtUs = Math.max(this.#lastAtUs + apartUs, this.#kernel.nowUs + Math.ceil(delayUs));
    if (this.#inReads) this.#read(this.#lastAtUs, parcel.bytes);
    else this.#kernel.scheduleAt(this.#lastAtUs, this.#receiver, this.#arrive);
  }

  block(): void {
    this.#blocks += 1;
  }

  /** Makes the window smaller for good. */
  limit(windowBytes: number): void {
    this.#usualWindowBytes = Math.min(this.#usualWindowBytes, windowBytes);
    this.windowBytes = Math.min(this.windowBytes, windowBytes);
  }

  narrow(windowBytes: number): void {
    this.windowBytes = Math.min(this.#usualWindowBytes, windowBytes);
  }

  /** Ends `narrow`. */
  widen(): void {
    this.windowBytes = this.#usualWindowBytes;
  }

  unblock(): void {
    if (this.#blocks === 0) return;
    this.#blocks -= 1;
    if (this.#blocks > 0) return;
    const due = this.#heldBack;
    this.#heldBack = 0;
    const { nowUs } = this.#kernel;
    for (let count = 0; count < due; count += 1) {
      if (this.#inReads) this.#read(nowUs, this.#parcels.at(count)?.bytes ?? 0);
      else this.#kernel.schedule(0, this.#receiver, this.#arrive);
    }
  }

  /**
   * Lets `bytes` more arrive through one block. A larger parcel waits until the admitted bytes
   * suffice.
   */
  admit(bytes: number): void {
    this.#creditBytes += bytes;
    while (this.#blocks === 1 && this.#heldBack > 0) {
      const parcel = this.#parcels.at(this.#admitted);
      if (parcel === undefined || parcel.bytes > this.#creditBytes) return;
      this.#creditBytes -= parcel.bytes;
      this.#heldBack -= 1;
      this.#admitted += 1;
      this.#kernel.schedule(0, this.#receiver, () => {
        this.#admitted -= 1;
        this.#deliver();
      });
    }
    this.#creditBytes = 0;
  }

  /** Lets the next part of the oldest parcel that has arrived through one block. */
  admitPart(): void {
    const parcel = this.#parcels.first;
    if (this.#blocks !== 1 || this.#heldBack === 0 || parcel === undefined) return;
    this.#kernel.schedule(0, this.#receiver, () => {
      if (this.#blocks !== 1 || this.#heldBack === 0 || this.#parcels.first !== parcel) return;
      if (parcel.deliverPart?.() === true) return;
      this.#heldBack -= 1;
      this.#deliver();
    });
  }

  cut(): void {
    if (this.#cut) return;
    this.#cut = true;
    this.#bytesUnderWay = 0;
    for (const parcel of this.#parcels.takeAll()) parcel.lost();
  }

  /** Every arrival delivers the oldest parcel, which keeps the order whatever the delays. */
  readonly #arrive = (): void => {
    if (this.#blocks > 0) {
      this.#heldBack += 1;
      return;
    }
    this.#deliver();
  };

  /** Adds a parcel to the read at `atUs`, or schedules another read when that one is full. */
  #read(atUs: number, bytes: number): void {
    const next = this.#nextRead;
    if (next !== null && next.atUs === atUs && next.bytes + bytes <= READ_BYTES) {
      next.parcels += 1;
      next.bytes += bytes;
      return;
    }
    const read: Read = { atUs, parcels: 1, bytes };
    this.#nextRead = read;
    this.#kernel.scheduleAt(atUs, this.#receiver, () => {
      if (this.#nextRead === read) this.#nextRead = null;
      this.#arriveTogether(read.parcels);
    });
  }

  /**
   * Everything that was read is delivered, even if the receiver breaks the connection midway.
   */
  #arriveTogether(count: number): void {
    if (this.#blocks > 0) {
      this.#heldBack += count;
      return;
    }
    if (count === 1) {
      this.#deliver();
      return;
    }
    const parcels: Parcel[] = [];
    for (let taken = 0; taken < count; taken += 1) {
      const parcel = this.#takeOldest();
      if (parcel !== undefined) parcels.push(parcel);
    }
    for (const parcel of parcels) parcel.deliver();
  }

  #deliver(): void {
    this.#takeOldest()?.deliver();
    this.#onDelivered?.();
  }

  #takeOldest(): Parcel | undefined {
    const parcel = this.#parcels.take();
    this.#bytesUnderWay -= parcel?.bytes ?? 0;
    return parcel;
  }
}
