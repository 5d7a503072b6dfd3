/** A time in a text. After `at` or `since`, reports show what happened at this moment. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
