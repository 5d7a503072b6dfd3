/**
 * Messages: which item sent what another one received. Each is an arrow of the diagram, drawn from
 * the row of its start to the row of its end.
 */
import type { Item } from './items.ts';

export interface Messages {
  /** For an item that ends a message, the item that began it; else -1. */
  readonly startOf: Int32Array;
  /** For an item that begins a message, the item that ends it; else -1. */
  readonly endOf: Int32Array;
}

export function messagesOf(items: readonly Item[], causes: readonly (readonly number[])[]): Messages {
  const startOf = new Int32Array(items.length).fill(-1);
  const endOf = new Int32Array(items.length).fill(-1);
  // The last phase of each command, by number.
  const commands = new Map<number, number>();
  for (const [index, item] of items.entries()) {
    const start = startIn(index, item);
    if (item.type === 'command' && item.number > 0) commands.set(item.number, index);
    if (start < 0) continue;
    startOf[index] = start;
    endOf[start] = index;
  }
  return { startOf, endOf };

  function startIn(index: number, item: Item): number {
    if (item.type === 'command') {
      if (item.phase === 'sent') return -1;
      if (item.number > 0) return commands.get(item.number) ?? -1;
      return causeOf(index, (cause) => cause.type === 'command' && cause.phase === 'applied');
    }
    if (item.type !== 'frame' && item.type !== 'http') return -1;
    if (item.phase === 'sent' || item.phase === 'down') return -1;
    return causeOf(
      index,
      (cause) =>
        cause.type === item.type &&
        cause.link === item.link &&
        cause.direction === item.direction &&
        cause.phase === 'sent',
    );
  }

  function causeOf(index: number, matches: (cause: Item) => boolean): number {
    return (
      causes[index]?.findLast((cause) => {
        const item = items[cause];
        return item !== undefined && matches(item);
      }) ?? -1
    );
  }
}
