/**
 * The client's queues: commands to be sent, and commands in flight. When a connection breaks,
 * commands in flight may be sent again on the next one. The rest of a pipeline or transaction whose
 * beginning was answered may not: the next connection has not seen that beginning.
 */
import type { SentCommand } from '../server/sent-command.ts';
import { AbortError, type Command } from './ioredis-parts.ts';

export interface QueuedCommand {
  readonly command: Command;
  /** The database that was selected when the command was called. */
  readonly database: number;
}

export interface InFlight extends QueuedCommand {
  readonly sent: SentCommand;
  /** The caller has its answer (a timeout, for instance), although the reply may still arrive. */
  isSettled: boolean;
}

export function abortError({ name, args }: Command): Error {
  return Object.assign(new AbortError('Command aborted due to connection close'), { command: { name, args } });
}

/** Removes and returns the rest of pipelines whose beginning has been answered. */
export function removeIncompletePipelines<T extends QueuedCommand>(queue: T[]): T[] {
  let expected = 0;
  return removeWhere(queue, ({ command: { pipelineIndex } }) => {
    if (pipelineIndex === undefined || pipelineIndex === 0) expected = 0;
    if (pipelineIndex === undefined) return false;
    expected += 1;
    return pipelineIndex !== expected - 1;
  });
}

/**
 * Removes and returns the rest of a transaction whose beginning was sent on the broken connection.
 */
export function removeTransactionFragments<T extends QueuedCommand>(queue: T[]): T[] {
  let isOver = false;
  return removeWhere(queue, ({ command }) => {
    if (isOver) return false;
    isOver = command.name === 'multi' || command.name === 'exec';
    return command.name === 'exec' || (command.name !== 'multi' && command.inTransaction);
  });
}

/** Removes an item, which usually is the first. */
export function remove<T>(queue: T[], item: T): void {
  const index = queue.indexOf(item);
  if (index === 0) queue.shift();
  else if (index > 0) queue.splice(index, 1);
}

function removeWhere<T>(queue: T[], isRemoved: (item: T) => boolean): T[] {
  const [removed, kept]: [T[], T[]] = [[], []];
  for (const item of queue) (isRemoved(item) ? removed : kept).push(item);
  queue.splice(0, queue.length, ...kept);
  return removed;
}
