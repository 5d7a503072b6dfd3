/** The contract of Redis: CLIENT PAUSE, which postpones commands. */
import type { RedisClient } from '../../system/types.ts';
import { type Entry, ready, type RedisTarget } from './redis-contract.ts';

const client = (target: RedisTarget): Promise<RedisClient> => ready(target.client());

const tell = (answer: Promise<unknown>): Promise<string> => answer.then(String, (error: Error) => error.message);

/** The clock of the server. */
async function timeMs(redis: RedisClient): Promise<number> {
  const [seconds, microseconds] = (await redis.call('time')) as [string, string];
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}

/** Longer than everything that an entry does during a pause. */
const LONG_MS = 60_000;

/** The answers to commands, in the order in which they arrive. */
function logged(log: string[], redis: RedisClient, ...commands: readonly string[][]): Promise<unknown> {
  return Promise.all(
    commands.map(async ([name = '', ...parameters]) => {
      log.push(`${name} ${await tell(redis.call(name, ...parameters))}`);
    }),
  );
}

export const PAUSE_CONTRACT: readonly Entry[] = [
  [
    'CLIENT PAUSE WRITE postpones commands that may write and those behind them, until CLIENT UNPAUSE',
    async (target) => {
      const [admin, writer, reader] = [await client(target), await client(target), await client(target)];
      const [key, channel] = [target.name('key'), target.name('channel')];
      const paused = await tell(admin.call('client', 'pause', LONG_MS, 'write'));
      const log: string[] = [];
      const writes = logged(log, writer, ['set', key, '1'], ['get', key], ['publish', channel, 'x'], ['ping']);
      await logged(
        log,
        reader,
        ['get', key],
        ['eval_ro', 'return{2}', '0'],
        ['multi'],
        ['get', key],
        ['exec'],
        ['nosuch'],
        ['multi'],
      );
      const transaction = logged(log, reader, ['incr', key], ['exec']);
      await target.pause();
      const during = log.splice(0);
      const ended = await tell(admin.call('client', 'unpause'));
      await Promise.all([writes, transaction]);
      return [paused, during, ended, [...log].sort()];
    },
    [
      'OK',
      [
        'get null',
        'eval_ro 2',
        'multi OK',
        'get QUEUED',
        'exec ',
        "nosuch ERR unknown command 'nosuch', with args beginning with: ",
        'multi OK',
      ],
      'OK',
      ['exec 2', 'get 1', 'incr QUEUED', 'ping PONG', 'publish 0', 'set OK'],
    ],
  ],
  [
    'CLIENT PAUSE postpones all commands and ends in time; a second pause does not make it shorter',
    async (target) => {
      const [admin, other] = [await client(target), await client(target)];
      const key = target.name('key');
      const beganAtMs = await timeMs(admin);
      await admin.call('client', 'pause', 150, 'write');
      await admin.call('client', 'pause', 1, 'all');
      const log: string[] = [];
      await logged(log, other, ['ping'], ['set', key, '1'], ['nosuch']);
      // By the clock of the server, so that a slow test sees the same.
      return [(await timeMs(admin)) - beganAtMs >= 150, log];
    },
    [true, ['ping PONG', 'set OK', "nosuch ERR unknown command 'nosuch', with args beginning with: "]],
  ],
  [
    'CLIENT PAUSE checks its parameters',
    async (target) => {
      const redis = await client(target);
      const parameters = [['abc'], ['-1'], ['1.5'], ['1', 'none'], ['1', 'all', 'x'], []];
      const answers: string[] = [];
      for (const each of parameters) answers.push(await tell(redis.call('client', 'pause', ...each)));
      return [...answers, await tell(redis.call('client', 'unpause')), await tell(redis.call('ping'))];
    },
    [
      'ERR timeout is not an integer or out of range',
      'ERR timeout is negative',
      'ERR timeout is not an integer or out of range',
      'ERR CLIENT PAUSE mode must be WRITE or ALL',
      "ERR unknown subcommand or wrong number of arguments for 'pause'. Try CLIENT HELP.",
      "ERR wrong number of arguments for 'client|pause' command",
      'OK',
      'PONG',
    ],
  ],
];
