/** A session as documents show it: `→` says what a client sends, `←` what it is answered, `…` stands for what differs. */

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

/** Whether `received` is what was documented: the same fields in the same order, and the same values but for `…`. */
export function isAsShown(shown: Line['frame'], received: Line['frame']): boolean {
  const masked = Object.fromEntries(
    Object.entries(received).map(([name, value]) => [name, shown[name] === '…' ? '…' : value]),
  );
  return JSON.stringify(masked) === JSON.stringify(shown);
}
