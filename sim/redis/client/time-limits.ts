/** How long commands are waited for. */
import type { Entry } from '../../kernel/heap.ts';
import type { Command } from './ioredis-parts.ts';

/**
 * The time counts from when the command was first asked for; what happens when it is over is what
 * was said last.
 */
export function limit(command: Command, start: (onTimeout: () => void) => Entry, onTimeout: () => void): void {
  if (command.limit === undefined) command.limit = start(onTimeout);
  else if (command.limit.deliver !== null) command.limit.deliver = onTimeout;
}

export function endLimit({ limit: known }: Command): void {
  if (known !== undefined) known.deliver = null;
}
