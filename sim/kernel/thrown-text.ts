/** Anything can be thrown, also what can't become a text. */
export function thrownText(reason: unknown): string {
  try {
    return reason instanceof Error ? (reason.stack ?? `${reason.name}: ${reason.message}`) : String(reason);
  } catch {
    return `something of type ${typeof reason} that has no text`;
  }
}
