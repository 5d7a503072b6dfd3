/**
 * The settings of the server, which CONFIG reads and changes. A setting that would change what the
 * server does, and is not simulated, is refused.
 */
import { DEFAULT_SETTINGS } from './default-settings.ts';
import { isInteger } from '../numbers/wide.ts';
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

/** Except for integers, a real server reads a value up to its first NUL. */
const untilNul =
  (validate: Validate): Validate =>
  (value) =>
    validate(value.split('\0', 1)[0] ?? '');

const ALL_CLASSES = 'g$lshzxetd';

/**
 * Parses the classes of keyspace events, and sorts them as a real server does: `A` for all, then
 * the kinds of channels.
 */
const eventClasses = untilNul((value) => {
  if (/[^Ag$lshzxeKEtmdn]/.test(value)) throw new Error("Invalid event class character. Use 'Ag$lshzxeKEtmdn'.");
  const classes = new Set(value.replace('A', ALL_CLASSES));
  const has = (letters: string): string => [...letters].filter((letter) => classes.has(letter)).join('');
  const isAll = has(ALL_CLASSES) === ALL_CLASSES;
  return isAll ? `A${has('KEmn')}` : has(`${ALL_CLASSES}nKEm`);
});

const whole =
  (least: number, most: number | bigint = 2n ** 63n - 1n): Validate =>
  (value) => {
    if (!isInteger(value)) throw new Error("argument couldn't be parsed into an integer");
    return within(BigInt(value), least, most);
  };

function within(value: bigint, least: number, most: number | bigint): string {
  if (value < BigInt(least) || value > BigInt(most))
    throw new Error(`argument must be between ${least} and ${most} inclusive`);
  return String(value);
}

const UNITS: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

/** A number of bytes, perhaps with a unit. A unit alone is 0. */
const memory = untilNul((value) => {
  const [, digits = '', unit = '?'] = /^(\d*)([a-z]*)$/i.exec(value) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  if (factor === undefined) throw new Error('argument must be a memory value');
  return within(BigInt(digits) * BigInt(factor), 0, 2n ** 63n - 1n);
});

const yesOrNo = untilNul((value) => {
  if (!/^(yes|no)$/i.test(value)) throw new Error("argument must be 'yes' or 'no'");
  return value.toLowerCase();
});

const oneOf = (...choices: readonly string[]): Validate =>
  untilNul((value) => {
    if (!choices.includes(value.toLowerCase()))
      throw new Error(`argument(s) must be one of the following: ${choices.join(', ')}`);
    return value.toLowerCase();
  });

const INTEGER_MAX = 2 ** 31 - 1;
const any: Validate = (value) => value;

/** Settings that take effect, and settings without an effect that the simulation shows. */
const SETTABLE: Readonly<Record<string, Validate>> = {
  activedefrag: yesOrNo,
  appendfsync: oneOf('everysec', 'always', 'no'),
  appendonly: yesOrNo,
  'busy-reply-threshold': whole(0),
  'hash-max-listpack-entries': whole(0),
  'hash-max-listpack-value': memory,
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
  'zset-max-listpack-value': memory,
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

  /** Sets all, or fails and sets none. All names are checked before any value. */
  set(pairs: readonly (readonly [name: string, value: string])[]): void {
    const values = new Map<string, string>();
    for (const [given, value] of pairs) {
      const name = given.toLowerCase();
      if (!DEFAULTS.has(name)) fail(`ERR Unknown option or number of arguments for CONFIG SET - '${given}'`);
      if (IMMUTABLE.has(name)) failed(given, "can't set immutable config");
      if (values.has(name)) failed(given, 'duplicate parameter');
      values.set(name, value);
    }
    const valid = new Map<string, string>();
    for (const [name, value] of values) {
      const setting = ALIASES[name] ?? name;
      const validate = SETTABLE[setting];
      if (validate === undefined && this.value(setting) !== value) refuse(`config set ${name}`);
      try {
        valid.set(setting, validate === undefined ? value : validate(value));
      } catch (error) {
        failed(name, (error as Error).message);
      }
    }
    for (const [setting, value] of valid) this.#changed.set(setting, value);
  }
}

function failed(argument: string, why: string): never {
  return fail(`ERR CONFIG SET failed (possibly related to argument '${argument}') - ${why}`);
}
