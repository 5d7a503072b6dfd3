/** Variants that can't be planted: their edits do not fit the system any more, or make it something that can't be loaded. */
import type { Source } from '../project/scenario-source.ts';
import { LoadError, VariantError } from '../load/errors.ts';
import type { Variant } from '../run/scenario.ts';

/** What is wrong with each of them, by identifier. The clean code must have been bundled: what is wrong with that is no variant's. */
export async function variantErrors(
  source: Source,
  variants: readonly Variant[],
): Promise<ReadonlyMap<string, string>> {
  const misfits = new Map<string, string>();
  const tryOut = async ({ id }: Variant): Promise<void> => {
    try {
      await source.bundle(id);
    } catch (error) {
      if (!(error instanceof VariantError || error instanceof LoadError)) throw error;
      misfits.set(id, error.message);
    }
  };
  await Promise.all(variants.map(tryOut));
  return misfits;
}
