/**
 * The values of `source` until it ends, throws, or `signal` aborts. After the abort the iteration ends at once, also when the
 * source does not: it is asked to return, and its answer is not waited for.
 */
export async function* untilAborted<Value>(source: AsyncIterable<Value>, signal: AbortSignal): AsyncGenerator<Value> {
  const iterator = source[Symbol.asyncIterator]();
  // A race against one long-lived promise would keep every loser in memory; so each wait has a wake of its own.
  let wake = (): void => undefined;
  const onAbort = (): void => {
    wake();
  };
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    while (!signal.aborted) {
      const next = await new Promise<IteratorResult<Value, unknown> | null>((resolve, reject) => {
        wake = () => {
          resolve(null);
        };
        iterator.next().then(resolve, reject);
      });
      if (next === null || next.done === true || signal.aborted) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
    iterator.return?.().then(undefined, () => undefined);
  }
}
