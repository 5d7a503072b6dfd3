/** Random picks, for SPOP and the like. */
import type { CommandContext } from './command.ts';

/**
 * Picks `count` different items, or `-count` items that may repeat when `count` is negative. Random
 * values are drawn and counted by key.
 */
export function pickAny(
  items: readonly string[],
  count: number,
  key: string,
  { fraction }: Pick<CommandContext, 'fraction'>,
): readonly string[] {
  if (items.length === 0) return [];
  const draw = (size: number): number => Math.floor(fraction(key) * size);
  if (count < 0) return Array.from({ length: -count }, () => items[draw(items.length)] ?? '');
  if (count >= items.length) return items;
  const rest = [...items];
  return Array.from({ length: count }, () => rest.splice(draw(rest.length), 1)[0] ?? '');
}
