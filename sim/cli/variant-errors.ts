/**
 * Variants that can't be planted: an edit no longer fits the system, or the edited system can't be
 * loaded.
 */
import type { Source } from '../project/scenario-source.ts';
import { LoadError, VariantError } from '../load/errors.ts';
import type { Variant } from '../run/scenario.ts';

/**
 * The error of each such variant, by its id. The caller must have bundled the unmodified code
 * before, or its errors would be counted as those of the variants.
 */
export async function variantErrors(
  source: Source,
  variants: readonly Variant[],
): Promise<ReadonlyMap<string, string>> {
  const errors = new Map<string, string>();
  const tryBundle = async ({ id }: Variant): Promise<void> => {
    try {
      await source.bundle(id);
    } catch (error) {
      if (!(error instanceof VariantError || error instanceof LoadError)) throw error;
      errors.set(id, error.message);
    }
  };
  await Promise.all(variants.map(tryBundle));
  return errors;
}
