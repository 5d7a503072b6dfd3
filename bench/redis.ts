/**
 * The simulated Redis alone: commands that arrive as bytes on one connection and are answered as
 * bytes, in memory, without kernel, delays and records. The bare loop is only a yardstick of the
 * machine's speed.
 */
import { createHash } from 'node:crypto';
import { RedisEngine } from '../sim/redis/server/engine.ts';
import { DirectTransport } from '../sim/redis/transport/direct-transport.ts';
import { WireConnection } from '../sim/redis/wire/wire-connection.ts';
import { bareLoop } from './bare-loop.ts';
import { compare, type Figure } from './figure.ts';
import type { Sizes } from './sizes.ts';

const NOW_MS = Date.UTC(2026, 0, 1);
const KEYS = 50;
const SUBSCRIBERS = 10;
/** Actors of the bare loop. */
const ACTORS = 100;
/** Events of the bare loop for each command, so that both measurements take long enough. */
const EVENTS = 10;

/** Counts calls in a window, as rate limiters do. */
const LIMIT = `local calls = redis.call('INCR', KEYS[1])
if calls == 1 then redis.call('PEXPIRE', KEYS[1], ARGV[1]) end
return {calls, redis.call('PTTL', KEYS[1])}`;
const LIMIT_HASH = createHash('sha1').update(LIMIT).digest('hex');

interface Mix {
  /** Commands, as words, that are not measured. */
  readonly prepare: readonly (readonly string[])[];
  /** The commands for the key with a number, as lines. */
  readonly commands: (key: number) => readonly string[];
}

const MIXES: Readonly<Record<string, Mix>> = {
  strings: {
    prepare: [],
    commands: (key) => [
      `SET text:${key} ${'x'.repeat(key)} EX 100`,
      `GET text:${key}`,
      `INCR count:${key}`,
      `MGET text:${key} count:${key} none`,
      `GETDEL text:${key}`,
    ],
  },
  hashes: {
    prepare: [],
    commands: (key) => [
      `HSET hash:${key} name alice score 10 city rome`,
      `HINCRBY hash:${key} score 5`,
      `HMGET hash:${key} name city none`,
      `HGETALL hash:${key}`,
      `HDEL hash:${key} city`,
    ],
  },
  'lists and sorted sets': {
    prepare: [],
    commands: (key) => [
      `RPUSH list:${key} a b c`,
      `LMOVE list:${key} done:${key} LEFT RIGHT`,
      `LTRIM done:${key} -10 -1`,
      `ZADD board ${key % 7} player:${key}`,
      'ZRANGE board 0 9 WITHSCORES',
      `LPOP list:${key} 2`,
    ],
  },
  'channels, 10 subscribers': {
    prepare: [],
    commands: (key) => [`PUBLISH news message-${key}`, 'PUBLISH silent x'],
  },
  streams: {
    prepare: [['XGROUP', 'CREATE', 'stream', 'g', '$', 'MKSTREAM']],
    commands: (key) => [
      `XADD stream MAXLEN ~ 100 * kind price value ${key}`,
      'XREADGROUP GROUP g me COUNT 10 NOACK STREAMS stream >',
      'XREVRANGE stream + - COUNT 5',
      'XLEN stream',
    ],
  },
  scripts: {
    prepare: [['SCRIPT', 'LOAD', LIMIT]],
    commands: (key) => [`EVALSHA ${LIMIT_HASH} 1 limit:${key} 60000`],
  },
};

export async function redisFigures({
  rounds,
  redisCommands,
}: Pick<Sizes, 'rounds' | 'redisCommands'>): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const [name, mix] of Object.entries(MIXES))
    figures.push(
      await compare(
        { name: `redis, ${name}`, unit: 'commands/s', referenceName: `bare loop, ${ACTORS} actors` },
        rounds,
        {
          ours: () => Promise.resolve(commandsPerSecond(mix, redisCommands)),
          reference: () => bareLoop(ACTORS, redisCommands * EVENTS),
        },
      ),
    );
  return figures;
}

function commandsPerSecond({ prepare, commands }: Mix, atLeast: number): number {
  const engine = new RedisEngine();
  engine.begin({ nowMs: () => NOW_MS, fraction: () => 0.5 });
  const redis = { name: 'redis', alive: true };
  const transport = new DirectTransport(engine, {
    schedule: (_delayMs, deliver) => ({ atUs: 0, priority: 0, id: 0, domain: redis, deliver }),
  });
  for (let index = 1; index <= SUBSCRIBERS; index += 1) connect(transport)(encode(['SUBSCRIBE', 'news']));
  const send = connect(transport);
  for (const words of prepare) send(encode(words));
  const requests = Array.from({ length: KEYS }, (_, key) => commands(key)).flatMap((lines) =>
    lines.map((line) => encode(line.split(' '))),
  );
  const passes = Math.ceil(atLeast / requests.length);
  const beganAtMs = performance.now();
  for (let pass = 0; pass < passes; pass += 1) for (const request of requests) send(request);
  return (passes * requests.length) / ((performance.now() - beganAtMs) / 1000);
}

/** Opens a connection, and returns what sends requests on it. Throws for an error in a reply. */
function connect(transport: DirectTransport): (request: Buffer) => void {
  const connection = new WireConnection({
    transport,
    recorder: { command: () => undefined, keepsTexts: false },
    process: { name: 'client', alive: true },
    node: 'client',
    name: 'client',
    socket: {
      destroyed: false,
      peerAccepted: () => undefined,
      peerRefused: () => undefined,
      peerSent: (bytes: Buffer) => {
        if (bytes.toString('latin1', 0, 1) === '-') throw new Error(`Redis answered ${bytes.toString()}`);
      },
      peerEnded: () => undefined,
      peerFailed: () => undefined,
    },
    onNotSimulated: () => undefined,
    onForeignProtocol: () => undefined,
  });
  return (request) => connection.take(request, () => undefined);
}

function encode(words: readonly string[]): Buffer {
  const parts = words.map((text) => `$${Buffer.byteLength(text)}\r\n${text}\r\n`);
  return Buffer.from(`*${words.length}\r\n${parts.join('')}`);
}
