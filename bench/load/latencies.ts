/** Times in milliseconds, and their percentiles. */
export class Latencies {
  readonly #values: number[] = [];

  add(ms: number): void {
    this.#values.push(ms);
  }

  get count(): number {
    return this.#values.length;
  }

  /** @param shares such as 0.5 and 0.99 */
  percentiles(shares: readonly number[]): readonly number[] {
    const sorted = [...this.#values].sort((left, right) => left - right);
    return shares.map((share) => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN);
  }
}
