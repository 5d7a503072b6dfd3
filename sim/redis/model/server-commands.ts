/** Commands that query or configure the server. Most values are fixed. */
import { type Commands, integer, integerWithin, SYNTAX, word } from './command.ts';
import { errorText } from './error-text.ts';
import { information, MASTER } from './information/information.ts';
import { fail, OK, refuse, Wait } from './reply.ts';
import { INT64_MAX } from './numbers/wide.ts';
import { timeoutFromMs } from './timeouts.ts';

const NOT_ON_REPLICA =
  'ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated.';

export const SERVER: Commands = {
  time(_, { nowMs }) {
    const ms = nowMs();
    return [String(Math.floor(ms / 1000)), String((ms % 1000) * 1000)];
  },
  acl: ([subcommand = '']) => (word(subcommand) === 'WHOAMI' ? 'default' : refuse(`acl ${subcommand.toLowerCase()}`)),
  latency([subcommand = '']) {
    // Nothing takes time.
    if (['LATEST', 'HISTORY'].includes(word(subcommand))) return [];
    return word(subcommand) === 'RESET' ? 0 : refuse(`latency ${subcommand.toLowerCase()}`);
  },
  slowlog([subcommand = '', ...parameters]) {
    if (word(subcommand) === 'LEN') return 0;
    if (word(subcommand) !== 'GET') return OK;
    if (parameters.length > 1)
      fail(errorText`ERR unknown subcommand or wrong number of arguments for '${subcommand}'. Try SLOWLOG HELP.`);
    const noCount = 'ERR count should be greater than or equal to -1';
    if (parameters.length === 1) integerWithin(parameters[0], -1, INT64_MAX, noCount);
    return [];
  },
  echo: ([text = '']) => text,
  info: information,
  lastsave: (_, { nowMs }) => Math.floor(nowMs() / 1000),
  role: (_, { isReplica }) => (isReplica ? ['slave', MASTER.host, MASTER.port, 'connected', 0] : ['master', 0, []]),
  wait([replicas, timeout], { mayWait, isReplica }) {
    if (isReplica) fail(NOT_ON_REPLICA);
    const count = integer(replicas);
    const timeoutMs = timeoutFromMs(timeout);
    // The server has no replicas.
    if (count <= 0 || !mayWait) return 0;
    return new Wait({ keys: [], kind: null, timeoutMs, timeoutReply: 0, serve: () => undefined });
  },
  memory([subcommand = '', key = '', ...options], { keys }) {
    if (word(subcommand) !== 'USAGE') return refuse(`memory ${subcommand.toLowerCase()}`);
    for (let index = 0; index < options.length; index += 2) {
      if (word(options[index]) !== 'SAMPLES' || index + 1 === options.length) fail(SYNTAX);
      if (integer(options[index + 1]) < 0) fail(SYNTAX);
    }
    return keys.has(key) ? 64 : null;
  },
};
