/** Generates cases of three connections: blocking commands, and channels. */
import { CommandWriter } from './arguments.ts';
import { type Bytes, clientId, CLIENTS, type Step } from './case.ts';
import type { Draw } from './draw.ts';
import { drawSpec } from './draw-spec.ts';
import { BLOCKING, GROUPS, populate } from './groups.ts';
import { withoutHarm } from './harmless.ts';

const LIST_KEYS: readonly Bytes[] = ['l1', 'l2', 'new', 'none'];
const ZSET_KEYS: readonly Bytes[] = ['z1', 'z2', 'new', 'none'];

/** Timeouts of blocking commands. No finite one ends within a case, except with a pause. */
const FOREVER: readonly Bytes[] = ['0', '0', '0', '1000', '0.0', '1e3'];
const BAD_TIMEOUTS: readonly Bytes[] = [
  '-1',
  'abc',
  '',
  'inf',
  '-inf',
  'nan',
  '1e400',
  '9223372036854775807',
  '1e17',
  '-0.1',
  ' 1',
  '0x10',
];
/** In seconds. The case waits until it has passed. */
const SHORT: Bytes = '0.01';
const SHORT_PAUSE_MS = 50;

/** What a client sends while others block. */
export function stir(draw: Draw): readonly Bytes[] {
  const [list, other] = [draw.pick(LIST_KEYS), draw.pick(LIST_KEYS)];
  const zset = draw.pick(ZSET_KEYS);
  const end = (): Bytes => draw.pick(['LEFT', 'RIGHT']);
  return draw.pick<() => readonly Bytes[]>([
    () => [draw.pick(['RPUSH', 'LPUSH']), list, ...draw.some(1, 3, () => draw.pick(['a', 'b', '\xff', '']))],
    () => ['RPUSHX', list, 'a'],
    () => ['RPOPLPUSH', list, other],
    () => ['LMOVE', list, other, end(), end()],
    () => [
      'ZADD',
      zset,
      ...draw.some(1, 3, () => [draw.pick(['1', '2', '-1', 'inf']), draw.pick(['a', 'b', 'c'])]).flat(),
    ],
    () => ['ZADD', zset, 'XX', '1', 'a'],
    () => ['XADD', draw.pick(['x1', 'new']), draw.pick(['9-1', '9-2', '9-*', '10-1']), 'f', 'v'],
    () => ['XADD', 'x1', 'MAXLEN', '0', draw.pick(['11-1', '12-1']), 'f', 'v'],
    () => ['XGROUP', 'DESTROY', 'x1', 'g'],
    () => ['XGROUP', 'SETID', 'x1', 'g', '0'],
    () => ['XDEL', 'x1', '9-1'],
    () => ['DEL', draw.pick(['x1', 'l1', 'z1', 'new'])],
    () => ['SET', draw.pick(['l1', 'z1', 'x1', 'new', 'l2']), 'string'],
    () => ['RENAME', draw.pick(['l2', 'z2', 'x1', 'l1', 's1']), draw.pick(['l1', 'z1', 'new', 'none', 'x1'])],
    () => ['COPY', draw.pick(['l2', 'z2', 'x1']), draw.pick(['new', 'none', 'l1']), 'REPLACE'],
    () => ['SORT', 'l2', 'ALPHA', 'STORE', draw.pick(['new', 'l1'])],
    () => ['ZUNIONSTORE', draw.pick(['new', 'z1']), '1', 'z2'],
    () => ['ZRANGESTORE', draw.pick(['new', 'z1']), 'z2', '0', '-1'],
    () => ['EVAL', `redis.call('rpush', '${list}', 'a') return redis.call('rpush', '${other}', 'b')`, '0'],
    () => ['EVAL', `redis.call('rpush', '${list}', 'a') return redis.call('lpop', '${list}')`, '0'],
    () => ['LPOP', list],
    () => ['FLUSHALL'],
    () => ['FLUSHDB'],
    () => ['LLEN', list],
    () => ['PING'],
    () => ['SWAPDB', '0', '1'],
    () => ['EXPIRE', list, '-1'],
    () => ['LINSERT', list, 'BEFORE', 'a', 'z'],
    () => ['CLIENT', 'UNBLOCK', clientId(draw.below(CLIENTS)), ...draw.pick([[], ['TIMEOUT'], ['ERROR'], ['x']])],
    () => ['CLIENT', 'UNBLOCK', draw.pick(['abc', '-1', '1.5', '999999'])],
    () => ['GEOADD', zset, '1', '1', 'a'],
  ])();
}

/** A blocking command. `timeout` is in its place, whatever the command. */
export function block(draw: Draw, timeout: Bytes): readonly Bytes[] {
  const lists = (): Bytes[] => draw.some(1, 3, () => draw.pick(LIST_KEYS));
  const zsets = (): Bytes[] => draw.some(1, 3, () => draw.pick(ZSET_KEYS));
  const end = (): Bytes => draw.pick(['LEFT', 'RIGHT']);
  const count = (): Bytes[] => (draw.chance(0.4) ? ['COUNT', draw.pick(['1', '2', '10'])] : []);
  const inMs = /^[\d.]+$/.test(timeout) ? String(Number(timeout) * 1000) : timeout;
  return draw.pick<() => readonly Bytes[]>([
    () => [draw.pick(['BLPOP', 'BRPOP']), ...lists(), timeout],
    () => [draw.pick(['BLPOP', 'BRPOP']), ...lists(), timeout],
    () => ['BRPOPLPUSH', draw.pick(LIST_KEYS), draw.pick([...LIST_KEYS, 's1']), timeout],
    () => ['BLMOVE', draw.pick(LIST_KEYS), draw.pick([...LIST_KEYS, 's1']), end(), end(), timeout],
    () => {
      const keys = lists();
      return ['BLMPOP', timeout, String(keys.length), ...keys, end(), ...count()];
    },
    () => [draw.pick(['BZPOPMIN', 'BZPOPMAX']), ...zsets(), timeout],
    () => {
      const keys = zsets();
      return ['BZMPOP', timeout, String(keys.length), ...keys, draw.pick(['MIN', 'MAX']), ...count()];
    },
    () => ['XREAD', ...count(), 'BLOCK', inMs, 'STREAMS', draw.pick(['x1', 'new']), draw.pick(['$', '9-1', '0'])],
    () => ['XREAD', 'BLOCK', inMs, 'STREAMS', 'x1', 'new', '$', '$'],
    () => [
      'XREADGROUP',
      'GROUP',
      'g',
      'c',
      ...count(),
      'BLOCK',
      inMs,
      ...(draw.chance(0.3) ? ['NOACK'] : []),
      'STREAMS',
      'x1',
      draw.pick(['>', '>', '0']),
    ],
    () => ['WAIT', '1', inMs],
  ])();
}

export function blockingSteps(draw: Draw): Step[] {
  const filled = [
    ...(draw.chance(0.4) ? populate('list', draw) : []),
    ...(draw.chance(0.3) ? populate('sorted-set', draw).slice(1) : []),
    ...(draw.chance(0.7) ? populate('stream', draw) : []),
    ...(draw.chance(0.3) ? [['RPUSH', 'l2', 'a', 'b']] : []),
    ['SET', 's1', 'x'],
  ];
  const writer = new CommandWriter(draw, { value: 0.3, shape: 0.2 });
  const steps: Step[] = filled.map((words) => ({ client: 2, words }));
  for (let count = draw.between(4, 12); count > 0; count -= 1) {
    const client = draw.below(CLIENTS);
    const kind = draw.below(20);
    if (kind < 8) steps.push({ client, words: block(draw, draw.pick(FOREVER)) });
    else if (kind === 8) steps.push({ client, words: block(draw, draw.pick(BAD_TIMEOUTS)) });
    else if (kind === 9) steps.push({ client, words: withoutHarm(writer.write(drawSpec([...BLOCKING], draw)), true) });
    else if (kind === 10 && draw.chance(0.2))
      steps.push({ client, words: block(draw, SHORT), pauseMs: SHORT_PAUSE_MS });
    else if (kind === 11) {
      const queued = draw.some(1, 3, () => stir(draw));
      for (const words of [['MULTI'], ...queued, ['EXEC']]) steps.push({ client: 2, words });
    } else steps.push({ client: draw.pick([2, 2, client]), words: stir(draw) });
  }
  for (const blocked of [0, 1])
    steps.push({
      client: 2,
      words: ['CLIENT', 'UNBLOCK', clientId(blocked), ...draw.pick([[], [], ['TIMEOUT'], ['ERROR']])],
    });
  return steps;
}

const CHANNELS: readonly Bytes[] = ['ch', 'news', 'ch1', '', '\xff', 'a b'];
const CHANNEL_PATTERNS: readonly Bytes[] = ['*', 'c*', 'ch?', '[a-z]*', 'news', '\xff*', '', '[^c]*'];

export function channelSteps(draw: Draw): Step[] {
  const channels = (min: number): Bytes[] => draw.some(min, 3, () => draw.pick(CHANNELS));
  const patterns = (min: number): Bytes[] => draw.some(min, 2, () => draw.pick(CHANNEL_PATTERNS));
  const one = (): readonly Bytes[] =>
    draw.pick<() => readonly Bytes[]>([
      () => [draw.pick(['SUBSCRIBE', 'SSUBSCRIBE']), ...channels(draw.chance(0.1) ? 0 : 1)],
      () => ['SUBSCRIBE', ...channels(1)],
      () => [draw.pick(['UNSUBSCRIBE', 'SUNSUBSCRIBE']), ...draw.pick([channels(1), channels(1), []]).slice(0, 2)],
      () => ['PSUBSCRIBE', ...patterns(1)],
      () => ['PUNSUBSCRIBE', ...patterns(1).slice(draw.below(2))],
      () => ['PUBLISH', draw.pick(CHANNELS), draw.pick(['hello', '', '\xff\xfe'])],
      () => ['PUBLISH', draw.pick(CHANNELS), draw.pick(['hello', '', '\xff\xfe'])],
      () => ['SPUBLISH', draw.pick(CHANNELS), 'hello'],
      () => ['PUBSUB', draw.pick(['CHANNELS', 'SHARDCHANNELS']), ...patterns(1).slice(draw.below(2))],
      () => ['PUBSUB', draw.pick(['NUMSUB', 'SHARDNUMSUB']), ...channels(0)],
      () => ['PUBSUB', draw.pick(['NUMPAT', 'nosuch', 'numpat'])],
      () =>
        draw.pick([
          ['PING'],
          ['PING', 'x'],
          ['PING', 'a', 'b'],
          ['GET', 's1'],
          ['ECHO', 'x'],
          ['PUBLISH', 'ch'],
          ['PUBSUB'],
          ['nosuch'],
        ]),
      () =>
        draw.pick([
          ['RESET'],
          ['QUIT'],
          ['HELLO', '3'],
          ['HELLO', '2'],
          ['HELLO'],
          ['MULTI'],
          ['EXEC'],
          ['DISCARD'],
          ['SELECT', '1'],
        ]),
      () => ['EVAL', `return redis.call('${draw.pick(['publish', 'spublish'])}', 'ch', 'm')`, '0'],
      () => [
        'CLIENT',
        ...draw.pick([
          ['GETNAME'],
          ['SETNAME', 'x'],
          ['SETNAME', 'a b'],
          ['UNBLOCK', '0'],
          ['KILL', 'ID', 'x'],
          ['nosuch'],
          ['NO-EVICT', 'on'],
        ]),
      ],
    ])();
  return draw.some(5, 20, () => ({ client: draw.below(CLIENTS), words: one() }));
}

const GONE_KEYS: readonly Bytes[] = ['s1', 'l1', 'h1', 'x1', 'z1'];

/** Keys that expire while the case waits. */
export function expirySteps(draw: Draw, writer: CommandWriter): Step[] {
  const filled = draw
    .some(1, 3, () => populate(draw.pick(['string', 'list', 'hash', 'sorted-set', 'stream', 'set']), draw))
    .flat();
  const steps: Step[] = filled.map((words) => ({ client: 0, words }));
  const group = draw.pick(['strings', 'keys', 'lists', 'hashes', 'zsets'] as const);
  const data = (): Step[] =>
    draw.some(1, 5, () => ({
      client: 0,
      words: withoutHarm(writer.write(drawSpec(GROUPS[draw.chance(0.5) ? 'keys' : group], draw)), false),
    }));
  const isWatched = draw.chance(0.3);
  steps.push(...data());
  if (isWatched) steps.push({ client: 0, words: ['WATCH', draw.pick(GONE_KEYS)] });
  steps.push({
    client: 0,
    words: draw.pick([
      ['PEXPIRE', draw.pick(GONE_KEYS), '1'],
      ['SET', 's1', 'x', 'PX', '1'],
      ['PSETEX', 's1', '1', 'x'],
      ['GETEX', 's1', 'PX', '1'],
    ]),
    pauseMs: 12,
  });
  steps.push(...data());
  if (isWatched) steps.push(...[['MULTI'], ['PING'], ['EXEC']].map((words) => ({ client: 0, words })));
  return steps;
}
