/** `2.521` for 2521 ms. */
export function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}
