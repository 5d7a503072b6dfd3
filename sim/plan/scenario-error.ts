/**
 * An error of the scenario, not a failure of the system: code of the scenario threw or returned an
 * invalid value.
 */
import { thrownText } from '../kernel/thrown-text.ts';

export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';
  /** The part of the scenario, the same for all actors of a kind: `client connect`. */
  readonly subject: string;

  /**
   * `who`: the actor and its current operation, `client-3 connect (client-3.1)`. `cause`: the
   * thrown value, or a string that describes the invalid one.
   */
  constructor(about: string, who: string, cause: unknown, did = 'threw') {
    super(`${who} ${did}`, { cause });
    this.subject = about;
    this.stack = `${this.message}: ${thrownText(cause)}`;
  }
}
