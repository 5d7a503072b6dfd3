/**
 * The scenario itself threw or gave what can't be done, in what it says or does for one actor: no failure of the system, and nobody's harm but the
 * scenario's.
 */
import { thrownText } from '../kernel/thrown-text.ts';

export class ScenarioError extends Error {
  override readonly name = 'ScenarioFault';
  /** What of, in words that are the same for all actors of a kind: `client connect`. */
  readonly subject: string;

  /** `who` and what he was doing: `client-3 connect (client-3.1)`. A `cause` that was not thrown is a text. */
  constructor(about: string, who: string, cause: unknown, did = 'threw') {
    super(`${who} ${did}`, { cause });
    this.subject = about;
    this.stack = `${this.message}: ${thrownText(cause)}`;
  }
}
