/**
 * The reference: the minimum that any simulator of this kind must do. A binary heap ordered by time
 * and number, one awaited promise for each event, and microtasks run synchronously. No choices by
 * key, no records, no faults, no limits.
 */

interface Entry {
  readonly at: number;
  readonly id: number;
  readonly wake: () => void;
}

const runMicrotasks = (process as unknown as { _tickCallback: () => void })._tickCallback.bind(process);

function isBefore(left: Entry, right: Entry): boolean {
  return left.at < right.at || (left.at === right.at && left.id < right.id);
}

class BareHeap {
  readonly #entries: Entry[] = [];

  push(entry: Entry): void {
    const entries = this.#entries;
    let index = entries.length;
    while (index > 0) {
      const parentIndex = (index - 1) >> 1;
      const parent = entries[parentIndex] as Entry;
      if (!isBefore(entry, parent)) break;
      entries[index] = parent;
      index = parentIndex;
    }
    entries[index] = entry;
  }

  pop(): Entry | undefined {
    const entries = this.#entries;
    const top = entries[0];
    const last = entries.pop();
    const size = entries.length;
    if (last === undefined || size === 0) return top;
    let index = 0;
    for (let child = 1; child < size; child = 2 * index + 1) {
      if (child + 1 < size && isBefore(entries[child + 1] as Entry, entries[child] as Entry)) child += 1;
      const smaller = entries[child] as Entry;
      if (!isBefore(smaller, last)) break;
      entries[index] = smaller;
      index = child;
    }
    entries[index] = last;
    return top;
  }
}

/** Events per second with a number of actors that sleep, wake and sleep again. */
export async function bareLoop(actors: number, events: number): Promise<number> {
  const tookMs = await new Promise<number>((resolve) => {
    // Microtasks can be run synchronously only outside of a microtask, so this starts a macrotask.
    setImmediate(() => resolve(runLoop(actors, events)));
  });
  return events / (tookMs / 1000);
}

/** Milliseconds. */
function runLoop(actors: number, events: number): number {
  const heap = new BareHeap();
  let now = 0;
  let id = 0;
  let state = 1;
  const sleep = (delay: number): Promise<void> =>
    new Promise((wake) => {
      heap.push({ at: now + delay, id, wake });
      id += 1;
    });
  const act = async (): Promise<never> => {
    for (;;) {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
      await sleep(1 + (state >>> 12));
    }
  };
  for (let actor = 0; actor < actors; actor += 1) void act();
  runMicrotasks();
  const beganAtMs = performance.now();
  for (let count = 0; count < events; count += 1) {
    const entry = heap.pop();
    if (entry === undefined)
      throw new Error('the queue of the bare loop is empty: microtasks did not run synchronously');
    now = entry.at;
    entry.wake();
    runMicrotasks();
  }
  return performance.now() - beganAtMs;
}
