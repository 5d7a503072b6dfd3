/** The timeout of a command: the option `commandTimeout`. */
import type { Entry } from '../../kernel/heap.ts';
import type { Command } from './ioredis-parts.ts';

/**
 * Starts the timeout of a command, unless it runs already. It counts from the first call; when it
 * fires, the latest `onTimeout` is called.
 */
export function startTimeout(command: Command, start: (onTimeout: () => void) => Entry, onTimeout: () => void): void {
  if (command.timeout === undefined) command.timeout = start(onTimeout);
  else if (command.timeout.deliver !== null) command.timeout.deliver = onTimeout;
}

export function endTimeout({ timeout }: Command): void {
  if (timeout !== undefined) timeout.deliver = null;
}
