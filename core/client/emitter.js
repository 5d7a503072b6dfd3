// @ts-check
/**
 * The listeners of a client of the gateway.
 *
 * @import { ClientEvents } from './types.ts'
 */
export class Emitter {
  /** @type {Map<string, Set<(event: any) => void>>} */
  #listeners = new Map();

  /**
   * Returns how to remove the listener.
   * @template {keyof ClientEvents} Type
   * @param {Type} type
   * @param {(event: ClientEvents[Type]) => void} listener
   * @returns {() => void}
   */
  add(type, listener) {
    const listeners = this.#listeners.get(type) ?? new Set();
    this.#listeners.set(type, listeners.add(listener));
    return () => void listeners.delete(listener);
  }

  /**
   * Calls all listeners. An error that one throws is thrown again later, so that it stops neither
   * the others nor the client.
   * @template {keyof ClientEvents} Type
   * @param {Type} type
   * @param {ClientEvents[Type]} event
   */
  emit(type, event) {
    for (const listener of [...(this.#listeners.get(type) ?? [])]) {
      try {
        listener(event);
      } catch (error) {
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }
}
