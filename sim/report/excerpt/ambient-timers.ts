/** Timers without a name of their purpose: a report shows them only if they led to the failure. */
export const AMBIENT_TIMERS: ReadonlySet<string> = new Set(['setTimeout', 'setInterval', 'setImmediate']);
