/** What the server gives to scripts. */
import type { Reply } from '../model/reply.ts';

export interface ScriptHost {
  /** Applies a command, whose name may have any case. Returns errors as replies. */
  call(spelling: string, parameters: readonly string[]): Reply;
  /** Whether there is a command of this name and, if it has any, subcommand. */
  knows(name: string, parameters: readonly string[]): boolean;
  /** Uniform in [0, 1). */
  fraction(): number;
}
