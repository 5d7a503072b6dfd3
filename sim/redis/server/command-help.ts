/** HELP of the commands that have subcommands. */
import { type Reply, Status } from '../model/reply.ts';
import { KNOWN_HELP } from './known-help.ts';

const HELP: ReadonlyMap<string, Reply> = new Map(
  KNOWN_HELP.trim()
    .split('\n\n')
    .map((block) => {
      const [name = '', ...lines] = block.split('\n');
      const title = `${name.toUpperCase()} <subcommand> [<arg> [value] [opt] ...]. Subcommands are:`;
      return [name, [title, ...lines, 'HELP', '    Prints this help.'].map((line) => new Status(line))];
    }),
);

/** Returns the reply to `name HELP`; null for other commands. */
export function helpOf(name: string, subcommand: string | undefined): Reply {
  return subcommand?.toLowerCase() === 'help' ? (HELP.get(name) ?? null) : null;
}
