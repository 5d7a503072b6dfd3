// @ts-check
/**
 * The requests of a client of the gateway that wait for their answers.
 *
 * @import { Frame } from './types.ts'
 * @typedef {{ resolve(frame: Frame): void, reject(error: RequestError): void }} Waiting
 */

/** Why a request has failed. `code` is an error code of the gateway, or `closed`. */
export class RequestError extends Error {
  constructor(/** @type {string} */ code, /** @type {string} */ text) {
    super(text);
    this.name = 'RequestError';
    this.code = code;
  }
}

export class Requests {
  #lastId = 0;
  /** By id. @type {Map<number, Waiting>} */
  #waiting = new Map();

  /** Adds a request, with an id that none had before. */
  add() {
    const id = (this.#lastId += 1);
    /** @type {Promise<Frame>} */
    const answer = new Promise((resolve, reject) => this.#waiting.set(id, { resolve, reject }));
    return { id, answer };
  }

  /** Whether the frame is the answer to a request. */
  settle(/** @type {Frame} */ frame) {
    const request = this.#waiting.get(frame['id']);
    this.#waiting.delete(frame['id']);
    if (frame.type === 'error') request?.reject(new RequestError(frame['code'], frame['text']));
    else request?.resolve(frame);
    return request !== undefined;
  }

  /** Fails all with the code `closed`. */
  failAll(/** @type {string} */ reason) {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of waiting) reject(new RequestError('closed', reason));
  }
}
