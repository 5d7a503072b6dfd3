/**
 * A real server, its replica, real connections through a proxy, and ways to inject the same faults.
 */
import type { Socket } from 'node:net';
import { Redis, type RedisOptions as IoredisOptions } from 'ioredis';
import type { RedisConnection } from '../../kernel/fault.ts';
import type { RedisClient, RedisOptions } from '../../system/types.ts';
import { RedisProcess, withoutRedis } from './real-redis.ts';
import { type InjectOptions, ready, type RedisFaultTarget, tell } from './redis-fault-target.ts';
import { type Direction, type ProxiedLine, TcpProxy } from '../../network/test/tcp-proxy.ts';

const SERVER_OPTIONS = {
  appendonly: 'yes',
  appendfsync: 'always',
  'enable-debug-command': 'yes',
  'repl-diskless-sync-delay': '0',
};

/** Notifications are the same on both servers once a test turns them on. */
const REPLICA_OPTIONS = { 'notify-keyspace-events': 'KEA' };

/** Duration of `CLIENT PAUSE`, which no command can end: the server reads none. */
const PAUSED_MS = 1000;

/** Number of commands that the master acknowledges after its replica has stopped following. */
const ACKNOWLEDGED_IN_VAIN = 2;

/** Long enough for a server that loads to be met while it does. */
const LOADING_KEYS = 2000;

type End = () => Promise<void>;

const nothing: End = () => Promise.resolve();

export class RealRedisFaults implements RedisFaultTarget {
  readonly #server: RedisProcess;
  readonly #replica: RedisProcess;
  readonly #proxy: TcpProxy;
  readonly #clients = new Set<Redis>();
  #names = 0;

  private constructor(server: RedisProcess, replica: RedisProcess, proxy: TcpProxy) {
    this.#server = server;
    this.#replica = replica;
    this.#proxy = proxy;
  }

  static async start(): Promise<RealRedisFaults | null> {
    const server = await RedisProcess.start(SERVER_OPTIONS);
    const replica = server === null ? null : await RedisProcess.start(REPLICA_OPTIONS);
    if (server === null || replica === null)
      return withoutRedis('put redis-server on the PATH: these tests kill its processes');
    return new RealRedisFaults(server, replica, await TcpProxy.to(server.port));
  }

  client(options: RedisOptions = {}): RedisClient {
    return this.#connect(this.#proxy.port, options);
  }

  other(): RedisClient {
    return this.#connect(this.#proxy.targetPort, {});
  }

  name(what: string): string {
    this.#names += 1;
    return `${what}-${this.#names}`;
  }

  pause(): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, 5));
  }

  ways(kind: string): readonly string[] {
    return kind === 'redis-stall' ? ['SIGSTOP', 'CLIENT PAUSE', 'proxy'] : ['only'];
  }

  async inject(kind: string, { way = 'only', connection }: InjectOptions = {}): Promise<End> {
    const lines = await this.#linesOf(connection);
    switch (kind) {
      case 'redis-request-lost':
        return loseFirst(lines, 'up');
      case 'redis-reply-lost':
        return loseFirst(lines, 'down');
      case 'redis-refused':
        // Ends the client's half of the stream, as if the server had ended its half unnoticed.
        for (const { stream } of this.#clients)
          if (lines.some(({ ports }) => ports.client === (stream as Socket).localPort)) stream.end();
        return nothing;
      case 'redis-slow-reply':
        return hold(lines, ['down']);
      case 'redis-stall':
        return connection === undefined ? this.#stall(way) : hold(lines, ['up', 'down']);
      case 'redis-drop':
        for (const line of lines) line.reset();
        return nothing;
      case 'redis-subscriber-deaf':
        for (const line of await this.#linesOf('subscriber')) line.forgetFar();
        return nothing;
      case 'redis-demoted':
        return this.#demote();
      case 'redis-message-lost':
        for (const line of this.#proxy.lines) line.passes.down = withoutMessages;
        return () => {
          for (const line of this.#proxy.lines) line.passes.down = (piece) => piece;
          return Promise.resolve();
        };
      case 'redis-restart':
      case 'redis-down':
        return this.#takeAway();
      case 'redis-restart-empty':
        await this.#ask(this.#server, 'FLUSHALL');
        return this.#takeAway();
      case 'redis-failover':
        return this.#failOver();
      default:
        throw new Error(`cannot inject ${kind} into a real Redis`);
    }
  }

  async errorsOf(commands: Parameters<RedisFaultTarget['errorsOf']>[0]): Promise<readonly ReadonlySet<string>[]> {
    const client = await ready(this.client());
    const errors = commands.map(() => new Set<string>());
    const note = async (): Promise<void> => {
      const answers = commands.map(([name, ...parameters]) => tell(client.call(name, ...parameters)));
      for (const [index, answer] of (await Promise.all(answers)).entries())
        if (answer.startsWith('ReplyError')) errors[index]?.add(answer);
    };
    const server = this.#server;

    await this.#ask(server, 'REPLICAOF', '127.0.0.1', '1');
    await note();
    await this.#ask(server, 'REPLICAOF', 'NO', 'ONE');

    await this.#ask(server, 'CONFIG', 'SET', 'maxmemory', '1');
    await note();
    await this.#ask(server, 'CONFIG', 'SET', 'maxmemory', '0');

    const admin = await ready(this.other());
    await this.#ask(server, 'CONFIG', 'SET', 'busy-reply-threshold', '1');
    const script = tell((await ready(this.other())).call('EVAL', 'while true do end', 0));
    // The server answers BUSY only after a moment.
    while (!(await tell(admin.call('GET', 'x'))).startsWith('ReplyError: BUSY')) await this.pause();
    await note();
    await admin.call('SCRIPT', 'KILL');
    await script;

    for (let key = 0; key < LOADING_KEYS; key += 1) await admin.call('SET', `loaded-${key}`, 'x'.repeat(100));
    await this.#ask(server, 'CONFIG', 'SET', 'key-load-delay', '500');
    await this.#ask(server, 'CONFIG', 'SET', 'loading-process-events-interval-bytes', '1024');
    let isLoading = true;
    const reload = tell(admin.call('DEBUG', 'RELOAD')).then(() => (isLoading = false));
    while (isLoading) await note();
    await reload;
    await admin.call('FLUSHALL');
    return errors;
  }

  async stop(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    this.#proxy.close();
    await Promise.all([this.#server.stop(), this.#replica.stop()]);
  }

  /** Closes all connections before the next entry. */
  async reset(): Promise<void> {
    for (const client of this.#clients) client.disconnect();
    this.#clients.clear();
    for (const line of this.#proxy.lines.splice(0)) line.destroy();
    this.#proxy.targetPort = this.#server.port;
    for (const server of [this.#replica, this.#server]) await this.#ask(server, 'REPLICAOF', 'NO', 'ONE');
    await this.#ask(this.#server, 'CONFIG', 'SET', 'notify-keyspace-events', '');
    await this.#ask(this.#server, 'FLUSHALL');
  }

  #connect(port: number, options: RedisOptions): RedisClient {
    const redis = new Redis(port, '127.0.0.1', {
      ...(options as IoredisOptions),
      enableOfflineQueue: false,
      maxRetriesPerRequest: 0,
      autoResendUnfulfilledCommands: false,
      disableClientInfo: true,
    });
    redis.on('error', () => undefined);
    this.#clients.add(redis);
    return redis as unknown as RedisClient;
  }

  async #ask(server: RedisProcess, command: string, ...parameters: string[]): Promise<unknown> {
    const admin = new Redis(server.port, '127.0.0.1', { disableClientInfo: true });
    admin.on('error', () => undefined);
    try {
      return await admin.call(command, ...parameters);
    } finally {
      admin.disconnect();
    }
  }

  /** Returns the connections through the proxy: all, or as the server describes them. */
  async #linesOf(connection?: RedisConnection): Promise<readonly ProxiedLine[]> {
    const lines = [...this.#proxy.lines];
    if (connection === undefined) return lines;
    const subscribers = String(await this.#ask(this.#server, 'CLIENT', 'LIST', 'TYPE', 'pubsub'));
    const isSubscriber = ({ ports }: ProxiedLine): boolean => subscribers.includes(` addr=127.0.0.1:${ports.server} `);
    return lines.filter((line) => isSubscriber(line) === (connection === 'subscriber'));
  }

  async #stall(way: string): Promise<End> {
    if (way === 'proxy') return hold(this.#proxy.lines, ['up', 'down']);
    if (way === 'SIGSTOP') {
      await this.#server.signal('SIGSTOP');
      return () => this.#server.signal('SIGCONT');
    }
    await this.#ask(this.#server, 'CLIENT', 'PAUSE', String(PAUSED_MS), 'ALL');
    return nothing;
  }

  async #takeAway(): Promise<End> {
    await this.#killServer();
    return async () => {
      await this.#server.restart();
      await this.#proxy.listen();
    };
  }

  async #killServer(): Promise<void> {
    await Promise.all([this.#proxy.refuse(), this.#server.signal('SIGKILL')]);
  }

  async #follow(replica: RedisProcess, master: RedisProcess): Promise<void> {
    await this.#ask(replica, 'REPLICAOF', '127.0.0.1', String(master.port));
    await this.#awaitInfo(replica, 'master_link_status:up');
  }

  async #awaitInfo(server: RedisProcess, line: string): Promise<void> {
    while (!String(await this.#ask(server, 'INFO', 'replication')).includes(line)) await this.pause();
  }

  /** The replica takes over when it has everything, and the former master follows it. */
  async #demote(): Promise<End> {
    await this.#follow(this.#replica, this.#server);
    await this.#ask(this.#server, 'FAILOVER');
    await this.#awaitInfo(this.#server, 'master_link_status:up');
    this.#proxy.targetPort = this.#replica.port;
    return nothing;
  }

  /** The replica follows, stops following, and takes over when the master is gone. */
  async #failOver(): Promise<End> {
    await this.#follow(this.#replica, this.#server);
    await this.#ask(this.#replica, 'REPLICAOF', 'NO', 'ONE');
    const gone = this.#afterReplies(ACKNOWLEDGED_IN_VAIN).then(() => this.#killServer());
    return async () => {
      await gone;
      this.#proxy.targetPort = this.#replica.port;
      await this.#proxy.listen();
      await this.#server.restart();
    };
  }

  /** Resolves after this number of replies, each to a command that was sent alone. */
  #afterReplies(count: number): Promise<void> {
    let replies = 0;
    return new Promise((resolve) => {
      for (const line of this.#proxy.lines)
        line.passes.down = (piece) => {
          replies += 1;
          if (replies === count) setImmediate(resolve);
          return piece;
        };
    });
  }
}

function hold(all: readonly ProxiedLine[], directions: readonly Direction[]): End {
  const lines = [...all];
  for (const line of lines) line.hold(directions);
  return () => {
    for (const line of lines) line.pass(directions);
    return Promise.resolve();
  };
}

/** Each connection is reset when it carries bytes in this direction. These bytes are lost. */
function loseFirst(lines: readonly ProxiedLine[], direction: Direction): End {
  for (const line of lines)
    line.passes[direction] = () => {
      line.reset();
      return Buffer.alloc(0);
    };
  return nothing;
}

/** Removes published messages from a piece, and keeps replies. */
function withoutMessages(piece: Buffer): Buffer {
  return Buffer.from(
    piece.toString('latin1').replaceAll(/\*3\r\n\$7\r\nmessage\r\n(?:\$\d+\r\n.*?\r\n){2}/gs, ''),
    'latin1',
  );
}
