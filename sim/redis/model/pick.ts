/** Random picks, for SPOP and the like. */
import { type CommandContext, integerWithin, SYNTAX, word } from './command.ts';
import { fail, refuse } from './reply.ts';
import { INT64_MAX } from './numbers/wide.ts';

/** With a value or a score for each pick, Redis accepts half as many. */
const PAIRS_MAX = INT64_MAX / 2n;

/** The most items that may repeat. A real server would send any number, until memory ends. */
const REPEATED_MAX = 1_000_000;

/** Parses the parameter `count` and the options behind it, of which `option` is the only one. */
export function pickCount(count: string, options: readonly string[], option: string | null): number {
  const wanted = integerWithin(count, -INT64_MAX, INT64_MAX);
  if (options.length > 1 || (options.length === 1 && word(options[0]) !== option)) fail(SYNTAX);
  return options.length === 1 && (wanted < -PAIRS_MAX || wanted > PAIRS_MAX)
    ? fail('ERR value is out of range')
    : wanted;
}

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
  if (count < -REPEATED_MAX) return refuse(`a count below -${REPEATED_MAX}`);
  if (count < 0) return Array.from({ length: -count }, () => items[draw(items.length)] ?? '');
  if (count >= items.length) return items;
  const rest = [...items];
  return Array.from({ length: count }, () => rest.splice(draw(rest.length), 1)[0] ?? '');
}
