/**
 * A session as documents show it: `→` is a frame from the client, `←` a frame from the gateway, `…`
 * a value that differs each time.
 */

export interface Line {
  readonly fromClient: boolean;
  readonly frame: Readonly<Record<string, unknown>>;
}

export function linesOf(session: string): Line[] {
  return session
    .trim()
    .split('\n')
    .map((line) => ({
      fromClient: line.startsWith('→ '),
      frame: JSON.parse(line.replace(/^[→←] /, '')) as Readonly<Record<string, unknown>>,
    }));
}

/**
 * True when `received` has the documented fields in the same order, and their values except `…`.
 */
export function isAsShown(shown: Line['frame'], received: Line['frame']): boolean {
  const masked = Object.fromEntries(
    Object.entries(received).map(([name, value]) => [name, shown[name] === '…' ? '…' : value]),
  );
  return JSON.stringify(masked) === JSON.stringify(shown);
}
