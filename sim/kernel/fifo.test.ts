import { describe, expect, it } from 'vitest';
import { Fifo } from './fifo.ts';

function fifoOf<Item>(...items: readonly Item[]): Fifo<Item> {
  const fifo = new Fifo<Item>();
  for (const item of items) fifo.push(item);
  return fifo;
}

describe('a fifo', () => {
  it('is empty at first', () => {
    const fifo = new Fifo<string>();
    expect(fifo.size).toBe(0);
    expect(fifo.first).toBeUndefined();
    expect(fifo.take()).toBeUndefined();
    expect(fifo.takeAll()).toEqual([]);
  });

  it('stays usable after a take from the empty queue', () => {
    const fifo = new Fifo<string>();
    fifo.take();
    fifo.push('a');
    expect(fifo.size).toBe(1);
    expect(fifo.take()).toBe('a');
  });

  it('gives items back in the order in which they were pushed', () => {
    const fifo = fifoOf('a', 'b', 'c');
    expect(fifo.first).toBe('a');
    expect([fifo.take(), fifo.take(), fifo.take(), fifo.take()]).toEqual(['a', 'b', 'c', undefined]);
  });

  it('finds an item by the number of older ones', () => {
    const fifo = fifoOf('a', 'b', 'c');
    fifo.take();
    expect([fifo.at(0), fifo.at(1), fifo.at(2)]).toEqual(['b', 'c', undefined]);
  });

  it('takes all items at once, and is empty then', () => {
    const fifo = fifoOf(1, 2, 3);
    fifo.take();
    expect(fifo.takeAll()).toEqual([2, 3]);
    fifo.push(4);
    expect(fifo.takeAll()).toEqual([4]);
  });

  it('can hold undefined', () => {
    const fifo = fifoOf<number | undefined>(undefined, 1);
    fifo.take();
    expect(fifo.size).toBe(1);
    expect(fifo.take()).toBe(1);
  });

  it.each([1, 20, 33, 100, 1000])('behaves as an array does, with up to %i items queued', (queuedMax) => {
    const fifo = new Fifo<number>();
    const array: number[] = [];
    const differences: number[] = [];
    for (let round = 0; round < 5000; round += 1) {
      const isFilling = Math.floor(round / queuedMax) % 2 === 0;
      if (isFilling || round % 3 === 0) {
        fifo.push(round);
        array.push(round);
      }
      const isTaken = !isFilling || round % 7 === 0;
      const isSame = !isTaken || fifo.take() === array.shift();
      if (!isSame || fifo.size !== array.length || fifo.first !== array[0]) differences.push(round);
    }
    expect(differences).toEqual([]);
    expect(fifo.takeAll()).toEqual(array);
  });
});
