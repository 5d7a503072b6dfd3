/**
 * One direction of a connection, as TCP gives it: in order, each byte once, after a delay; or nothing any more.
 *
 * A lane may be blocked (nothing arrives until it is unblocked, then everything in order) and it may be cut (what is under way, and
 * whatever is sent later, is lost without a word to the sender). A blocked lane may let through so many bytes after all, as
 * a slow reader does.
 */
import type { Domain } from '../../kernel/heap.ts';
import type { Kernel } from '../../kernel/kernel.ts';

/** What two ends that read at full speed have under way before the sender must wait. */
export const WINDOW_BYTES = 65_536;

export interface Parcel {
  readonly bytes: number;
  deliver(): void;
  lost(): void;
}

export class Lane {
  readonly #kernel: Kernel;
  readonly #receiver: Domain;
  readonly #onDelivered: () => void;
  /** In order; what was delivered is null, so that nobody keeps it. */
  readonly #parcels: (Parcel | null)[] = [];
  #head = 0;
  #lastAtUs = 0;
  #blocks = 0;
  #heldBack = 0;
  #cut = false;
  #bytesUnderWay = 0;
  #creditBytes = 0;
  /** Let through although the lane is blocked, and not yet delivered. */
  #admitted = 0;
  /** So much is under way before the sender must wait, while the lane is blocked. */
  windowBytes = WINDOW_BYTES;

  constructor(kernel: Kernel, receiver: Domain, onDelivered: () => void = () => undefined) {
    this.#kernel = kernel;
    this.#receiver = receiver;
    this.#onDelivered = onDelivered;
  }

  get bytesUnderWay(): number {
    return this.#bytesUnderWay;
  }

  get isIdle(): boolean {
    return this.#head === this.#parcels.length;
  }

  get isCut(): boolean {
    return this.#cut;
  }

  get isBlocked(): boolean {
    return this.#blocks > 0;
  }

  send(parcel: Parcel, delayUs: number): void {
    if (this.#cut) {
      parcel.lost();
      return;
    }
    this.#parcels.push(parcel);
    this.#bytesUnderWay += parcel.bytes;
    this.#lastAtUs = Math.max(this.#lastAtUs, this.#kernel.nowUs + Math.ceil(delayUs));
    this.#kernel.scheduleAt(this.#lastAtUs, this.#receiver, this.#arrive);
  }

  block(): void {
    this.#blocks += 1;
  }

  unblock(): void {
    if (this.#blocks === 0) return;
    this.#blocks -= 1;
    if (this.#blocks > 0) return;
    const due = this.#heldBack;
    this.#heldBack = 0;
    for (let count = 0; count < due; count += 1) this.#kernel.schedule(0, this.#receiver, this.#arrive);
  }

  /** Lets so many bytes more arrive of what one block holds back; what is too large for them waits until they suffice. */
  admit(bytes: number): void {
    this.#creditBytes += bytes;
    while (this.#blocks === 1 && this.#heldBack > 0) {
      const parcel = this.#parcels[this.#head + this.#admitted];
      if (parcel === undefined || parcel === null || parcel.bytes > this.#creditBytes) return;
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

  cut(): void {
    if (this.#cut) return;
    this.#cut = true;
    const lost = this.#parcels.splice(this.#head);
    this.#parcels.length = 0;
    this.#head = 0;
    this.#bytesUnderWay = 0;
    for (const parcel of lost) parcel?.lost();
  }

  /** Every arrival takes the oldest parcel, so that order holds whatever was delayed. */
  readonly #arrive = (): void => {
    if (this.#blocks > 0) {
      this.#heldBack += 1;
      return;
    }
    this.#deliver();
  };

  #deliver(): void {
    const parcel = this.#parcels[this.#head];
    if (parcel === undefined || parcel === null) return;
    this.#parcels[this.#head] = null;
    this.#head += 1;
    if (this.#head > 32 && this.#head * 2 > this.#parcels.length) {
      this.#parcels.splice(0, this.#head);
      this.#head = 0;
    }
    this.#bytesUnderWay -= parcel.bytes;
    parcel.deliver();
    this.#onDelivered();
  }
}
