/**
 * The scenario itself threw or gave what can't be done, in what it says or does for one actor: no failure of the system, and nobody's harm but the
 * scenario's.
 */
import { textOf } from '../kernel/thrown-text.ts';

export class ScenarioFault extends Error {
  override readonly name = 'ScenarioFault';
  /** What of, in words that are the same for all actors of a kind: `client connect`. */
  readonly about: string;

  /** `who` and what he was doing: `client-3 connect (client-3.1)`. A `cause` that was not thrown is a text. */
  constructor(about: string, who: string, cause: unknown, did = 'threw') {
    super(`${who} ${did}`, { cause });
    this.about = about;
    this.stack = `${this.message}: ${textOf(cause)}`;
  }
}
