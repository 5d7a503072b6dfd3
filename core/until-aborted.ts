/**
 * The values of `source` until it ends, throws, or `signal` aborts. After an abort the iteration
 * ends at once, even if the source does not: `return` is called on it and not awaited.
 */
export async function* untilAborted<Value>(source: AsyncIterable<Value>, signal: AbortSignal): AsyncGenerator<Value> {
  const iterator = source[Symbol.asyncIterator]();
  // Racing against one long-lived promise would leak memory with each value, so each wait has its
  // own `wake`.
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
