/**
 * Bugs of the client in core/client, each with the subject of the violation of `handed-over`. Its
 * unit tests find those that 60 seeds do not show.
 */
export interface ClientClause {
  readonly broken: string;
  readonly subject: string;
  /** In core/client. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
}

export const clientClauses: readonly ClientClause[] = [
  {
    broken: 'positions are forgotten when the connection ends',
    subject: 'resumed from elsewhere',
    file: 'subscriptions.js',
    find: 'Object.assign(subscription, { request: null,',
    put: 'Object.assign(subscription, { position: null, request: null,',
  },
  {
    broken: 'only the newest price of a batch is handed over',
    subject: 'not what was received',
    file: 'subscriptions.js',
    find: 'of prices)',
    put: 'of prices.slice(-1))',
  },
  {
    broken: 'prices of an earlier subscription are handed over',
    subject: 'not what was received',
    file: 'subscriptions.js',
    find: '!isLive || ',
    put: '',
  },
  {
    broken: 'a broken connection is not replaced',
    subject: 'not connected',
    file: 'prices-client.js',
    find: "this.#timers.start('retry', retryInMs",
    put: "if (code !== 1006) this.#timers.start('retry', retryInMs",
  },
  {
    broken: 'a snapshot does not change the position',
    subject: 'resumed from elsewhere',
    file: 'subscriptions.js',
    find: 'subscription.position = epoch === null ? null : { symbol, epoch, sequence };',
    put: '',
  },
];
