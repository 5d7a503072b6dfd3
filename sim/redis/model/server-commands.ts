/** Commands that query or configure the server. Most values are fixed. */
import { type Commands, integer, type CommandContext, SYNTAX, word } from './command.ts';
import { fail, OK, refuse, Wait } from './reply.ts';
import { timeoutFromMs } from './timeouts.ts';

const VERSION = '7.0.15';

/** Names that INFO accepts for all sections. */
const ALL_SECTIONS: ReadonlySet<string> = new Set(['all', 'default', 'everything']);

/** A demoted server, in INFO and ROLE. Its master has the address that clients know. */
const MASTER = { host: '127.0.0.1', port: 6379 } as const;
const REPLICA = {
  role: 'slave',
  master_host: MASTER.host,
  master_port: MASTER.port,
  master_link_status: 'up',
  master_sync_in_progress: 0,
  slave_read_only: 1,
  connected_slaves: 0,
} as const;

const NOT_ON_REPLICA =
  'ERR WAIT cannot be used with replica instances. Please also note that since Redis 4.0 if a replica is configured to be writable (which is not the default) writes to replicas are just local and are not propagated.';

function information(wanted: readonly string[], { keys, nowMs, isReplica }: CommandContext): string {
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
    Replication: isReplica ? REPLICA : { role: 'master', connected_slaves: 0 },
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
  slowlog([subcommand = '']) {
    if (word(subcommand) === 'HELP') return refuse('slowlog help');
    return word(subcommand) === 'GET' ? [] : word(subcommand) === 'LEN' ? 0 : OK;
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
