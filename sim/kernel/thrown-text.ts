/** The text of a thrown value. Anything can be thrown, even a value that has no text. */
export function thrownText(reason: unknown): string {
  try {
    return reason instanceof Error ? (reason.stack ?? `${reason.name}: ${reason.message}`) : String(reason);
  } catch {
    return `something of type ${typeof reason} that has no text`;
  }
}
