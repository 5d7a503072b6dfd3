/**
 * The settings that cases change. None of them makes a real server write to its disk or refuse
 * clients.
 */
const words = (text: string): readonly string[] => text.split(' ');

/** The default of each, and valid and invalid values. */
export const SETTINGS: Readonly<Record<string, readonly string[]>> = {
  'notify-keyspace-events': ['', 'KEA', 'Ex', 'K$g', 'AKE', 'Kn', 'KEm', 'q', 'A', 'KEAnm', 'Elshzt', 'd'],
  'hash-max-listpack-entries': words('512 0 1 2 -1 abc'),
  'hash-max-listpack-value': words('64 0 1 3 1.5'),
  'zset-max-listpack-entries': words('128 0 1 2 -1'),
  'zset-max-listpack-value': words('64 0 1 3 abc'),
  'set-max-intset-entries': words('512 0 1 2 9223372036854775807'),
  'list-max-listpack-size': words('-2 1 2 -1 0 5 -6 2147483648'),
  'stream-node-max-entries': words('100 1 2 0 -1'),
  'lfu-log-factor': words('10 0 100 2147483648'),
  'lfu-decay-time': words('1 0 -1'),
  'latency-monitor-threshold': words('0 100 -1'),
  'slowlog-log-slower-than': words('10000 -1 -2'),
  'slowlog-max-len': words('128 0 -1'),
  'tcp-keepalive': words('300 0 -1 abc'),
  'stop-writes-on-bgsave-error': words('yes no YES maybe'),
  'maxmemory-policy': words('noeviction allkeys-lru VOLATILE-TTL lru'),
};

export const SETTING_ALIASES = words(
  'hash-max-ziplist-entries hash-max-ziplist-value zset-max-ziplist-value list-max-ziplist-size',
);
export const REFUSED_SETTINGS = words('databases aclfile nosuch io-threads cluster-enabled');
export const SETTING_NAMES = Object.keys(SETTINGS);

/** The first value of each setting is its default: the command that restores all. */
export const RESTORE_SETTINGS: readonly string[] = [
  'CONFIG',
  'SET',
  ...Object.entries(SETTINGS).flatMap(([name, [value = '']]) => [name, value]),
];
