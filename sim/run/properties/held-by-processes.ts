/** What the processes of nodes hold now, without what a scenario lets stay. */
import type { Ledger } from '../../world/ledger.ts';
import type { OpenTimer } from '../../world/process-timer.ts';
import type { ListenerCount } from '../../world/watched-signals.ts';
import { isInterval, nameOfTimer } from './timer-name.ts';
import type { Held } from './typical-counts.ts';

/** The label of the timer of a signal. */
const TIMEOUT = 'AbortSignal.timeout';

/** The first client may add this number to an event, which all later ones share. */
const SHARED_LISTENERS_MAX = 2;

/** What a process may hold without a client. */
export interface MayStay {
  /** Timers that may stay, such as one that the first client starts and all later ones share. */
  readonly ignoreTimer?: (timer: OpenTimer) => boolean;
  /** Redis channels that may stay subscribed. */
  readonly ignoreChannel?: (channel: string) => boolean;
  /** Listeners that may stay. */
  readonly ignoreListener?: (listener: ListenerCount) => boolean;
}

export class HeldByProcesses {
  readonly #ledger: Ledger;
  readonly #options: MayStay;

  constructor(ledger: Ledger, options: MayStay) {
    this.#ledger = ledger;
    this.#options = options;
  }

  counts(node: string): Held {
    const timers = this.#timers(node);
    return {
      timers: timers.length,
      intervals: timers.filter(isInterval).length,
      channels: this.#channels(node).length,
      connections: this.#ledger.redisConnections(node).length,
      listeners: this.#listeners(node).reduce((sum, { listeners }) => sum + listeners - SHARED_LISTENERS_MAX, 0),
    };
  }

  names(node: string, what: keyof Held): readonly string[] {
    switch (what) {
      case 'timers':
        return this.#timers(node).map(nameOfTimer);
      case 'intervals':
        return this.#timers(node).filter(isInterval).map(nameOfTimer);
      case 'channels':
        return this.#channels(node);
      case 'connections':
        return this.#ledger.redisConnections(node);
      case 'listeners':
        return this.#listeners(node).map(({ on, event, listeners }) => `${listeners} for ${event} of ${on}`);
    }
  }

  /** Those beyond what clients may share. */
  #listeners(node: string): readonly ListenerCount[] {
    const { ignoreListener = () => false } = this.#options;
    const all = this.#ledger.listeners(node);
    return all.filter((listener) => listener.listeners > SHARED_LISTENERS_MAX && !ignoreListener(listener));
  }

  #timers(node: string): readonly OpenTimer[] {
    const { ignoreTimer = () => false } = this.#options;
    return this.#ledger.timers(node).filter((timer) => timer.label !== TIMEOUT && !ignoreTimer(timer));
  }

  #channels(node: string): readonly string[] {
    const { ignoreChannel } = this.#options;
    const channels = this.#ledger.channels(node);
    return ignoreChannel === undefined ? channels : channels.filter((channel) => !ignoreChannel(channel));
  }
}
