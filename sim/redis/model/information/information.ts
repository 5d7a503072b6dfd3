/**
 * INFO. Fields about the machine, memory and time spent are left out, or have a fixed value where
 * clients read them.
 */
import type { CommandContext } from '../command.ts';
import type { Keyspace } from '../keyspace.ts';

type Fields = Readonly<Record<string, string | number>>;
type Sections = Readonly<Record<string, () => Fields>>;

const VERSION = '7.0.15';
const REPLICATION_ID = '0';

/** The master of a demoted server, in INFO and ROLE. It has the address that clients know. */
export const MASTER = { host: '127.0.0.1', port: 6379 } as const;

const ON_REPLICA = {
  role: 'slave',
  master_host: MASTER.host,
  master_port: MASTER.port,
  master_link_status: 'up',
  master_sync_in_progress: 0,
  slave_read_only: 1,
} as const;

/** Sections that are shown only by name, or with `all` or `everything`. */
const DETAILED: ReadonlySet<string> = new Set(['commandstats', 'latencystats']);

/** Commands take no time here. */
const NO_TIME = { used_cpu_sys: '0.000000', used_cpu_user: '0.000000' };

function databaseFields(databases: readonly Keyspace[]): Fields {
  const fields: Record<string, string> = {};
  for (const [number, keys] of databases.entries()) {
    const { length } = keys.names();
    if (length > 0) fields[`db${number}`] = `keys=${length},expires=${keys.expiringCount},avg_ttl=0`;
  }
  return fields;
}

const sorted = <T>(map: ReadonlyMap<string, T>): [string, T][] =>
  [...map].sort(([one], [other]) => (one < other ? -1 : 1));

const sectionsOf = ({
  databases,
  settings,
  statistics,
  clients,
  scriptCount,
  nowMs,
  isReplica,
}: CommandContext): Sections => ({
  Server: () => ({
    redis_version: VERSION,
    redis_mode: 'standalone',
    os: 'simulated',
    arch_bits: 64,
    tcp_port: 6379,
    server_time_usec: nowMs() * 1000,
  }),
  Clients: () => {
    const { connected, blocked } = clients();
    return {
      connected_clients: connected,
      cluster_connections: 0,
      maxclients: settings.number('maxclients'),
      blocked_clients: blocked,
      tracking_clients: 0,
      clients_in_timeout_table: 0,
    };
  },
  Memory: () => ({
    used_memory: 1_000_000,
    number_of_cached_scripts: scriptCount(),
    number_of_functions: 0,
    number_of_libraries: 0,
    maxmemory: 0,
    maxmemory_policy: settings.value('maxmemory-policy'),
  }),
  Persistence: () => ({ loading: 0, async_loading: 0, rdb_changes_since_last_save: 0, aof_enabled: 0 }),
  Stats: () => {
    const { channels, patterns, shards } = clients();
    return {
      total_connections_received: statistics.connections,
      total_commands_processed: statistics.callCount,
      rejected_connections: 0,
      expired_keys: statistics.expiredKeys,
      evicted_keys: 0,
      evicted_clients: 0,
      pubsub_channels: channels,
      pubsub_patterns: patterns,
      pubsubshard_channels: shards,
      total_error_replies: statistics.errorCount,
    };
  },
  Replication: () => ({
    ...(isReplica ? ON_REPLICA : { role: 'master' }),
    connected_slaves: 0,
    master_failover_state: 'no-failover',
    master_replid: REPLICATION_ID.repeat(40),
    master_replid2: '0'.repeat(40),
    master_repl_offset: 0,
    second_repl_offset: -1,
    repl_backlog_active: 0,
  }),
  CPU: () => NO_TIME,
  Modules: () => ({}),
  Commandstats: () =>
    Object.fromEntries(
      sorted(statistics.commands).map(([name, { calls, rejected, failed }]) => [
        `cmdstat_${name}`,
        `calls=${calls},usec=0,usec_per_call=0.00,rejected_calls=${rejected},failed_calls=${failed}`,
      ]),
    ),
  Errorstats: () =>
    Object.fromEntries(sorted(statistics.errors).map(([code, count]) => [`errorstat_${code}`, `count=${count}`])),
  Latencystats: () => ({}),
  Cluster: () => ({ cluster_enabled: 0 }),
  Keyspace: () => databaseFields(databases),
});

function isWanted(name: string, wanted: ReadonlySet<string>): boolean {
  if (wanted.has('everything') || wanted.has('all') || wanted.has(name)) return true;
  return (wanted.size === 0 || wanted.has('default')) && !DETAILED.has(name);
}

/** `wanted` are names of sections in any case; none for the default ones. */
export function information(wanted: readonly string[], context: CommandContext): string {
  const names = new Set(wanted.map((name) => name.toLowerCase()));
  return Object.entries(sectionsOf(context))
    .filter(([name]) => isWanted(name.toLowerCase(), names))
    .map(([name, fieldsOf]) =>
      [`# ${name}`, ...Object.entries(fieldsOf()).map(([key, value]) => `${key}:${value}`), ''].join('\r\n'),
    )
    .join('\r\n');
}
