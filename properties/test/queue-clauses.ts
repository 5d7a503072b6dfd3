/** Clauses of `bounded-queues` and `fair-endings`: what waits for a client that reads slowly. */
import { type Clause, inCore } from './clause.ts';

const inOutbox = (method: string, find: string, put: string) => [inCore('outbox.ts', `Outbox.${method}`, find, put)];

export const queueClauses: readonly Clause[] = [
  {
    property: 'bounded-queues',
    broken: 'the oldest price waits instead of the newest',
    subject: 'older price',
    edits: inOutbox(
      '#offer',
      'this.#newest.set(symbol, newest);',
      'if (!this.#newest.has(symbol)) this.#newest.set(symbol, newest);',
    ),
  },
  {
    property: 'bounded-queues',
    broken: 'prices that wait are never sent',
    subject: 'price kept back',
    edits: inOutbox('#onSent', 'else if (this.#newest !== null && this.#newest.size > 0) this.#flush();', ''),
  },
  {
    property: 'bounded-queues',
    broken: 'a client that reads too slowly is never closed',
    subject: 'unbounded queue',
    edits: inOutbox('hasRoomFor', 'bufferedBytes + characters <= this.#parts.limits.outboxMaxBytes', 'true'),
  },
  {
    property: 'bounded-queues',
    broken: 'only the new frame counts against the limit',
    subject: 'unbounded queue',
    edits: inOutbox('hasRoomFor', 'bufferedBytes + characters', 'characters'),
  },
  {
    property: 'bounded-queues',
    broken: 'every price is sent until the limit is reached',
    subject: 'unbounded queue',
    edits: inOutbox('#offer', 'limits.outboxConflateBytes', 'limits.outboxMaxBytes'),
  },
  {
    property: 'fair-endings',
    broken: 'frames count twice against the limit',
    subject: 'ended as too slow',
    edits: inOutbox('hasRoomFor', 'bufferedBytes + characters', '2 * (bufferedBytes + characters)'),
  },
];
