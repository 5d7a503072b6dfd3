/**
 * The scenario itself threw, in what it says or does for one actor: no failure of the system, and nobody's harm but the scenario's.
 */
export class ScenarioFault extends Error {
  override readonly name = 'ScenarioFault';
  /** What of, in words that are the same for all actors of a kind: `client connect`. */
  readonly about: string;

  /** `who` and what he was doing: `client-3 connect (client-3.1)`. */
  constructor(about: string, who: string, cause: unknown) {
    super(`${who} threw`, { cause });
    this.about = about;
    const told = cause instanceof Error ? (cause.stack ?? `${cause.name}: ${cause.message}`) : String(cause);
    this.stack = `${this.message}: ${told}`;
  }
}
