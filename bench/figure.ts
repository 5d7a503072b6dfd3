/**
 * A figure compares a measurement of the simulator with a reference in the same run. The speed of a
 * machine varies from minute to minute, so both are measured in turn in several rounds, and only
 * their ratio can be compared between runs.
 */
export interface Figure {
  readonly name: string;
  readonly unit: string;
  readonly ours: number;
  readonly reference: number;
  readonly referenceName: string;
  /**
   * The median of `ours / reference` over all rounds, which varies less than the ratio of the
   * medians.
   */
  readonly ratio: number;
}

/** Returns one measurement. */
export type Measure = () => Promise<number>;

/**
 * Warms up both sides, then measures them in turn for a number of rounds. Returns the medians and
 * the median of the ratios. A slow measurement may have a shorter warm-up.
 */
export async function compare(
  naming: Pick<Figure, 'name' | 'unit' | 'referenceName'>,
  rounds: number,
  measures: { readonly ours: Measure; readonly reference: Measure; readonly warmUp?: Measure },
): Promise<Figure> {
  await (measures.warmUp ?? measures.ours)();
  await (measures.warmUp ?? measures.reference)();
  const ours: number[] = [];
  const reference: number[] = [];
  const ratios: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const own = await measures.ours();
    const other = await measures.reference();
    ours.push(own);
    reference.push(other);
    ratios.push(own / other);
  }
  return {
    name: naming.name,
    unit: naming.unit,
    ours: median(ours),
    reference: median(reference),
    referenceName: naming.referenceName,
    ratio: median(ratios),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
