/** Drawing some of many. */
import type { CommandContext } from './command.ts';

/**
 * So many different ones; for a negative count so many of which some may be the same. Each draw is
 * counted within its key.
 */
export function pickAny(
  from: readonly string[],
  count: number,
  key: string,
  { fraction }: Pick<CommandContext, 'fraction'>,
): readonly string[] {
  if (from.length === 0) return [];
  const draw = (size: number): number => Math.floor(fraction(key) * size);
  if (count < 0) return Array.from({ length: -count }, () => from[draw(from.length)] ?? '');
  if (count >= from.length) return from;
  const rest = [...from];
  return Array.from({ length: count }, () => rest.splice(draw(rest.length), 1)[0] ?? '');
}
