/** Whether a scenario declares a variant. */
import type { Source } from './scenario-source.ts';
import { UsageError } from './usage-error.ts';

/** Throws UsageError for an unknown variant. Null: the unmodified code. */
export function checkVariant({ scenario }: Pick<Source, 'scenario'>, variant: string | null): void {
  const ids = scenario.variants.map(({ id }) => id);
  if (variant === null || ids.includes(variant)) return;
  const expected = ids.length === 0 ? 'the scenario has none' : `expected one of: ${ids.join(', ')}`;
  throw new UsageError(`unknown variant ${variant} (${expected})`);
}
