/** What a script may call: which commands, and how they differ from those of a client. */
import { integerWithin, word } from '../model/command.ts';
import { fail, OK, RedisError, type Reply, Status } from '../model/reply.ts';
import type { Statistics } from '../model/information/statistics.ts';
import type { ScriptHost } from '../script/script-host.ts';
import { helpOf } from './command-help.ts';
import { accepts, infoFor, READ_ONLY_REPLICA } from './command-table.ts';

/** What a script may do with channels. */
export type ChannelCommand = 'publish' | 'spublish' | 'pubsub';

/** The number of databases of a real server, by default. */
export const DATABASES = 16;

/** Where the commands of scripts are applied. */
export interface ScriptEngine {
  /** Returns errors as replies. Commands do not block. */
  apply(name: string, parameters: readonly string[], database: number): Reply;
  applyChannelCommand(name: ChannelCommand, parameters: readonly string[]): Reply;
  statistics(): Statistics;
  /** A command has run. */
  onCommand(spelling: string, parameters: readonly string[], database: number): void;
  /** Uniform in [0, 1). */
  fraction(): number;
}

/** What a script may not do. */
export interface ScriptLimits {
  readonly isReadOnly: boolean;
  /** The server is a replica: it accepts no writes, except from its master. */
  readonly isReplica: boolean;
}

/** Creates the host of one script, which begins in `database`. */
export function scriptHost(engine: ScriptEngine, database: number, limits: ScriptLimits): ScriptHost {
  // SELECT has an effect until the script ends.
  let selected = database;
  const select = (number: number): void => {
    selected = number;
  };
  return {
    call: (spelling, parameters) => {
      const statistics = engine.statistics();
      const { errorCount } = statistics;
      const name = spelling.toLowerCase();
      const info = infoFor(name, parameters[0]);
      const problem = problemOf(name, parameters, limits);
      if (info === undefined) return problem;
      if (problem !== null) {
        statistics.reject(info.name, problem.message);
        return problem;
      }
      const reply = applyInScript(engine, name, parameters, selected, select);
      statistics.apply(info.name, reply, errorCount);
      engine.onCommand(spelling, parameters, selected);
      return reply;
    },
    knows: (name, parameters) => infoFor(name, parameters[0]) !== undefined,
    fraction: () => engine.fraction(),
  };
}

/** Returns the error of a command that scripts cannot call. */
function problemOf(name: string, parameters: readonly string[], limits: ScriptLimits): RedisError | null {
  const info = infoFor(name, parameters[0]);
  if (info === undefined) return new RedisError('ERR Unknown Redis command called from script');
  if (!accepts(info, parameters.length))
    return new RedisError('ERR Wrong number of args calling Redis command from script');
  if (info.flags.includes('noscript')) return new RedisError('ERR This Redis command is not allowed from script');
  const isWrite = info.flags.includes('write');
  if (limits.isReadOnly && (isWrite || name === 'publish' || name === 'spublish'))
    return new RedisError('ERR Write commands are not allowed from read-only scripts.');
  return limits.isReplica && isWrite ? new RedisError(READ_ONLY_REPLICA) : null;
}

function applyInScript(
  engine: ScriptEngine,
  name: string,
  parameters: readonly string[],
  database: number,
  select: (number: number) => void,
): Reply {
  const help = helpOf(name, parameters[0]);
  if (help !== null) return help;
  if (name === 'ping' && parameters.length > 1)
    return new RedisError("ERR wrong number of arguments for 'ping' command");
  if (name === 'ping') return parameters[0] ?? new Status('PONG');
  if (name.startsWith('xread') && parameters.some((parameter) => word(parameter) === 'BLOCK'))
    return new RedisError(`ERR ${name} command is not allowed with BLOCK option from scripts`);
  if (name === 'select') return asReply(() => selectIn(parameters[0], select));
  if (name === 'readonly' || name === 'readwrite')
    return new RedisError('ERR This instance has cluster support disabled');
  if (name === 'publish' || name === 'spublish' || name === 'pubsub')
    return asReply(() => engine.applyChannelCommand(name, parameters));
  return engine.apply(name, parameters, database);
}

/** Returns errors as replies. */
function asReply(apply: () => Reply): Reply {
  try {
    return apply();
  } catch (error) {
    if (error instanceof RedisError) return error;
    throw error;
  }
}

/** SELECT */
export function selectIn(index: string | undefined, select: (database: number) => void): Reply {
  const database = integerWithin(index, -(2 ** 31), 2 ** 31 - 1);
  if (database < 0 || database >= DATABASES) fail('ERR DB index is out of range');
  select(database);
  return OK;
}
