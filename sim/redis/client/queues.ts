/**
 * What a client has to send, and what it waits for. When a connection breaks, commands in flight
 * may be sent again on the next, but not the rest of a pipeline or of a transaction whose beginning
 * was answered.
 */
import type { SentCommand } from '../server/sent-command.ts';
import { AbortError, type Command } from './ioredis-parts.ts';

export interface Item {
  readonly command: Command;
  /** The database that was selected when it was asked for. */
  readonly select: number;
}

export interface InFlight extends Item {
  readonly sent: SentCommand;
  /** Nobody waits for it any more, although its reply is still to come. */
  isOver: boolean;
}

export function abortError({ name, args }: Command): Error {
  return Object.assign(new AbortError('Command aborted due to connection close'), { command: { name, args } });
}

/** The rest of pipelines of which the beginning has been answered; it is taken out of the queue. */
export function takeIncompletePipelines<T extends Item>(queue: T[]): T[] {
  let expected = 0;
  return takeOut(queue, ({ command: { pipelineIndex } }) => {
    if (pipelineIndex === undefined || pipelineIndex === 0) expected = 0;
    if (pipelineIndex === undefined) return false;
    expected += 1;
    return pipelineIndex !== expected - 1;
  });
}

/**
 * The rest of a transaction whose beginning was sent on the connection that broke; it is taken out
 * of the queue.
 */
export function takeTransactionFragments<T extends Item>(queue: T[]): T[] {
  let isOver = false;
  return takeOut(queue, ({ command }) => {
    if (isOver) return false;
    isOver = command.name === 'multi' || command.name === 'exec';
    return command.name === 'exec' || (command.name !== 'multi' && command.inTransaction);
  });
}

/** Mostly it is the first. */
export function remove<T>(queue: T[], item: T): void {
  const index = queue.indexOf(item);
  if (index === 0) queue.shift();
  else if (index > 0) queue.splice(index, 1);
}

function takeOut<T>(queue: T[], isTaken: (item: T) => boolean): T[] {
  const [taken, left]: [T[], T[]] = [[], []];
  for (const item of queue) (isTaken(item) ? taken : left).push(item);
  queue.splice(0, queue.length, ...left);
  return taken;
}
