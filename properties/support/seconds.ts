/** A moment as a text names it. Reports then show what happened at this moment. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`;
}
