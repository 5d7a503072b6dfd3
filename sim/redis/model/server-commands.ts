/** Commands that query or configure the server. Most values are fixed. */
import { bytesOf } from './bytes.ts';
import { type Commands, integer, isInteger, type CommandContext, word } from './command.ts';
import { matcher } from './pattern.ts';
import { fail, OK, type Reply, Wait } from './reply.ts';
import { timeoutFromMs } from './timeouts.ts';

const VERSION = '7.0.15';

/** Names that INFO accepts for all sections. */
const ALL_SECTIONS: ReadonlySet<string> = new Set(['all', 'default', 'everything']);

/** The settings that CONFIG GET returns. */
const SETTINGS: Readonly<Record<string, string>> = {
  appendonly: 'no',
  databases: '16',
  maxclients: '10000',
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  'notify-keyspace-events': '',
  save: '',
  timeout: '0',
};

function information(wanted: readonly string[], { keys, nowMs }: CommandContext): string {
  const count = keys.names().length;
  const sections: Readonly<Record<string, Readonly<Record<string, string | number>>>> = {
    Server: {
      redis_version: VERSION,
      redis_mode: 'standalone',
      os: 'simulated',
      tcp_port: 6379,
      server_time_usec: nowMs() * 1000,
    },
    Clients: { connected_clients: 1 },
    Memory: { used_memory: 1_000_000, maxmemory: 0, maxmemory_policy: 'noeviction' },
    Persistence: { loading: 0, rdb_changes_since_last_save: 0, aof_enabled: 0 },
    Replication: { role: 'master', connected_slaves: 0 },
    Cluster: { cluster_enabled: 0 },
    Keyspace: count === 0 ? {} : { db0: `keys=${count},expires=0,avg_ttl=0` },
  };
  const isWanted = (name: string): boolean =>
    wanted.length === 0 ||
    wanted.some((section) => ALL_SECTIONS.has(section.toLowerCase()) || section.toLowerCase() === name.toLowerCase());
  return Object.entries(sections)
    .filter(([name]) => isWanted(name))
    .map(([name, lines]) =>
      [`# ${name}`, ...Object.entries(lines).map(([key, value]) => `${key}:${value}`), ''].join('\r\n'),
    )
    .join('\r\n');
}

function encodingOf(key: string, { keys }: CommandContext): Reply {
  const value = keys.value(key);
  if (value === undefined) return null;
  if (typeof value === 'string') return isInteger(value) ? 'int' : bytesOf(value).length <= 44 ? 'embstr' : 'raw';
  return fail("ERR 'object encoding' is simulated for strings only");
}

export const SERVER: Commands = {
  time(_, { nowMs }) {
    const ms = nowMs();
    return [String(Math.floor(ms / 1000)), String((ms % 1000) * 1000)];
  },
  echo: ([text = '']) => text,
  info: information,
  lastsave: (_, { nowMs }) => Math.floor(nowMs() / 1000),
  role: () => ['master', 0, []],
  wait([replicas, timeout], { mayWait }) {
    const count = integer(replicas);
    const timeoutMs = timeoutFromMs(timeout);
    // The server has no replicas.
    if (count <= 0 || !mayWait) return 0;
    return new Wait({ keys: [], kind: null, timeoutMs, timeoutReply: 0, serve: () => undefined });
  },
  config([subcommand = '', ...parameters]) {
    const names = Object.keys(SETTINGS);
    if (word(subcommand) === 'GET') {
      const found = names.filter((name) => parameters.some((pattern) => matcher(pattern.toLowerCase())(name)));
      return found.flatMap((name) => [name, SETTINGS[name] ?? '']);
    }
    if (word(subcommand) === 'RESETSTAT' || word(subcommand) === 'REWRITE') return OK;
    if (word(subcommand) !== 'SET') return fail(`ERR unknown subcommand '${subcommand}'. Try CONFIG HELP.`);
    const [name = '', value] = parameters;
    if (!names.includes(name.toLowerCase()))
      fail(`ERR Unknown option or number of arguments for CONFIG SET - '${name}'`);
    return SETTINGS[name.toLowerCase()] === value
      ? OK
      : fail(`ERR 'config set ${name}' to something else is not simulated`);
  },
  object([subcommand = '', key = ''], context) {
    if (word(subcommand) === 'ENCODING') return encodingOf(key, context);
    if (word(subcommand) === 'REFCOUNT') return context.keys.has(key) ? 1 : null;
    return fail(`ERR 'object ${subcommand.toLowerCase()}' is not simulated`);
  },
  memory: ([subcommand = '', key = ''], { keys }) =>
    word(subcommand) !== 'USAGE'
      ? fail(`ERR 'memory ${subcommand.toLowerCase()}' is not simulated`)
      : keys.has(key)
        ? 64
        : null,
};
