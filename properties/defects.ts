import type { Variant } from '../sim/index.ts';

export const defects: readonly Variant[] = [];
