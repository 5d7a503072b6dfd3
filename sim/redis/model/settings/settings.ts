/**
 * The settings of the server, which CONFIG reads and changes. A setting that would change what the
 * server does, and is not simulated, is refused.
 */
import { DEFAULT_SETTINGS } from './default-settings.ts';
import { fail, refuse } from '../reply.ts';

/** Returns the value to store. Throws the reason why it is invalid. */
type Validate = (value: string) => string;

const DEFAULTS: ReadonlyMap<string, string> = new Map(
  DEFAULT_SETTINGS.trim()
    .split('\n')
    .map((line) => {
      const [name = '', ...values] = line.split(' ');
      return [name, values.join(' ')];
    }),
);

const ALL_CLASSES = 'g$lshzxetd';

/**
 * Parses the classes of keyspace events, and sorts them as a real server does: `A` for all, then
 * the kinds of channels.
 */
const eventClasses: Validate = (value) => {
  if (/[^Ag$lshzxeKEtmdn]/.test(value)) throw new Error("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
  const classes = new Set(value.replace('A', ALL_CLASSES));
  const has = (letters: string): string => [...letters].filter((letter) => classes.has(letter)).join('');
  const isAll = has(ALL_CLASSES) === ALL_CLASSES;
  return isAll ? `A${has('KEmn')}` : has(`${ALL_CLASSES}nKEm`);
};

const whole =
  (least: number, most: number | bigint = 2n ** 63n - 1n): Validate =>
  (value) => {
    if (!/^-?\d{1,18}$/.test(value)) throw new Error("argument couldn't be parsed into an integer");
    if (BigInt(value) < BigInt(least) || BigInt(value) > BigInt(most))
      throw new Error(`argument must be between ${least} and ${most} inclusive`);
    return String(BigInt(value));
  };

const yesOrNo: Validate = (value) => {
  if (!/^(yes|no)$/i.test(value)) throw new Error("argument must be 'yes' or 'no'");
  return value.toLowerCase();
};

const oneOf =
  (...choices: readonly string[]): Validate =>
  (value) => {
    if (!choices.includes(value.toLowerCase()))
      throw new Error(`argument(s) must be one of the following: ${choices.join(', ')}`);
    return value.toLowerCase();
  };

const INTEGER_MAX = 2 ** 31 - 1;
const any: Validate = (value) => value;

/** Settings that take effect, and settings without an effect that the simulation shows. */
const SETTABLE: Readonly<Record<string, Validate>> = {
  activedefrag: yesOrNo,
  appendfsync: oneOf('everysec', 'always', 'no'),
  appendonly: yesOrNo,
  'busy-reply-threshold': whole(0),
  'hash-max-listpack-entries': whole(0),
  'hash-max-listpack-value': whole(0),
  'latency-monitor-threshold': whole(0),
  'lfu-decay-time': whole(0, INTEGER_MAX),
  'lfu-log-factor': whole(0, INTEGER_MAX),
  'list-compress-depth': whole(0, INTEGER_MAX),
  'list-max-listpack-size': whole(-INTEGER_MAX - 1, INTEGER_MAX),
  'maxmemory-policy': oneOf(
    'volatile-lru',
    'volatile-lfu',
    'volatile-random',
    'volatile-ttl',
    'allkeys-lru',
    'allkeys-lfu',
    'allkeys-random',
    'noeviction',
  ),
  'notify-keyspace-events': eventClasses,
  save: any,
  'set-max-intset-entries': whole(0),
  'slowlog-log-slower-than': whole(-1),
  'slowlog-max-len': whole(0),
  'stop-writes-on-bgsave-error': yesOrNo,
  'stream-node-max-entries': whole(0),
  'tcp-keepalive': whole(0, INTEGER_MAX),
  'zset-max-listpack-entries': whole(0),
  'zset-max-listpack-value': whole(0),
};

/** Older names of settings. */
const ALIASES: Readonly<Record<string, string>> = {
  'hash-max-ziplist-entries': 'hash-max-listpack-entries',
  'hash-max-ziplist-value': 'hash-max-listpack-value',
  'list-max-ziplist-size': 'list-max-listpack-size',
  'lua-time-limit': 'busy-reply-threshold',
  'zset-max-ziplist-entries': 'zset-max-listpack-entries',
  'zset-max-ziplist-value': 'zset-max-listpack-value',
};

const IMMUTABLE: ReadonlySet<string> = new Set(
  (
    'aclfile always-show-logo aof_rewrite_cpulist appenddirname appendfilename bgsave_cpulist bio_cpulist ' +
    'cluster-config-file cluster-enabled cluster-port daemonize databases disable-thp ' +
    'enable-debug-command enable-module-command enable-protected-configs io-threads io-threads-do-reads logfile pidfile ' +
    'rdbchecksum server_cpulist set-proc-title socket-mark-id supervised syslog-enabled syslog-facility syslog-ident ' +
    'tcp-backlog unixsocket unixsocketperm'
  ).split(' '),
);

export class Settings {
  #changed = new Map<string, string>();

  /** Forgets all changes. */
  begin(): void {
    this.#changed.clear();
  }

  /** Returns all names, as CONFIG GET shows them. */
  get names(): readonly string[] {
    return [...DEFAULTS.keys()];
  }

  value(name: string): string {
    const setting = ALIASES[name] ?? name;
    return this.#changed.get(setting) ?? DEFAULTS.get(setting) ?? '';
  }

  /** The value as CONFIG GET returns it: a real server hides the class `n` behind `A`. */
  shown(name: string): string {
    const value = this.value(name);
    return name === 'notify-keyspace-events' && value.startsWith('A') ? value.replace('n', '') : value;
  }

  number(name: string): number {
    return Number(this.value(name));
  }

  /** Sets all, or fails and sets none. */
  set(pairs: readonly (readonly [name: string, value: string])[]): void {
    const valid = new Map<string, string>();
    for (const [given, value] of pairs) {
      const name = given.toLowerCase();
      const setting = ALIASES[name] ?? name;
      if (!DEFAULTS.has(name)) fail(`ERR Unknown option or number of arguments for CONFIG SET - '${given}'`);
      const failed = (why: string): never =>
        fail(`ERR CONFIG SET failed (possibly related to argument '${given}') - ${why}`);
      if (IMMUTABLE.has(name)) failed("can't set immutable config");
      if (valid.has(setting)) failed('duplicate parameter');
      const validate = SETTABLE[setting];
      if (validate === undefined && this.value(setting) !== value) refuse(`config set ${name}`);
      try {
        valid.set(setting, validate === undefined ? value : validate(value));
      } catch (error) {
        failed((error as Error).message);
      }
    }
    for (const [setting, value] of valid) this.#changed.set(setting, value);
  }
}
