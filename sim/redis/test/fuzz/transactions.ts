/** Generates transactions on one connection, and with WATCH among three. */
import { CommandWriter } from './arguments.ts';
import type { Bytes, Step } from './case.ts';
import type { Draw } from './draw.ts';
import { drawSpec } from './draw-spec.ts';
import { GROUPS, populate, TYPE_OF } from './groups.ts';
import { withoutHarm } from './harmless.ts';

const TYPED = ['strings', 'lists', 'sets', 'hashes', 'zsets', 'streams', 'keys'] as const;

/** Writes that change nothing, so that they touch no watched key, or do although they look so. */
const SUBTLE: readonly (readonly Bytes[])[] = [
  ['SMOVE', 't1', 't1', 'a'],
  ['SMOVE', 't1', 't2', 'nosuch'],
  ['SADD', 't1', 'a'],
  ['SREM', 't1', 'nosuch'],
  ['DEL', 'none'],
  ['HSET', 'h1', 'f', 'v'],
  ['HDEL', 'h1', 'nosuch'],
  ['ZADD', 'z1', '1', 'a'],
  ['ZADD', 'z1', 'XX', '1', 'nosuch'],
  ['ZREM', 'z1', 'nosuch'],
  ['LREM', 'l1', '0', 'nosuch'],
  ['LTRIM', 'l1', '0', '-1'],
  ['LSET', 'l1', '0', 'a'],
  ['PERSIST', 's1'],
  ['EXPIRE', 's1', '1000'],
  ['EXPIRE', 'none', '1000'],
  ['EXPIRE', 's1', '-1'],
  ['SETRANGE', 's1', '0', ''],
  ['APPEND', 's1', ''],
  ['GETEX', 's1'],
  ['GETEX', 's1', 'PERSIST'],
  ['TOUCH', 's1'],
  ['RENAME', 's1', 's1'],
  ['SORT', 'l1', 'ALPHA', 'STORE', 'l1'],
  ['SINTERSTORE', 'none', 'none', 'none'],
  ['FLUSHDB'],
  ['FLUSHALL'],
  ['XGROUP', 'CREATE', 'x1', 'g', '0', 'MKSTREAM'],
  ['XTRIM', 'x1', 'MAXLEN', '100'],
  ['XDEL', 'x1', '9-9'],
  ['XACK', 'x1', 'g', '9-9'],
  ['XREADGROUP', 'GROUP', 'g', 'c', 'STREAMS', 'x1', '>'],
  ['RPOPLPUSH', 'none', 'l1'],
  ['LMOVE', 'l1', 'l1', 'LEFT', 'LEFT'],
  ['SPOP', 'none'],
  ['INCRBY', 'n1', '0'],
  ['HINCRBY', 'h1', 'n', '0'],
  ['SET', 's1', 'x', 'NX'],
  ['SET', 'none', 'x', 'XX'],
  ['GETDEL', 'none'],
  ['COPY', 's1', 's2'],
  ['EVAL', "return redis.call('set', KEYS[1], '1')", '1', 's1'],
  ['EVAL', "return redis.call('get', KEYS[1])", '1', 's1'],
];

const WATCHED: readonly Bytes[] = ['s1', 'n1', 'l1', 't1', 'h1', 'z1', 'x1', 'none', 'new', 's2', 't2'];

/** `clients`: 1, or the number of connections between which commands are interleaved. */
export function transactionSteps(draw: Draw, clients: number): Step[] {
  const writer = new CommandWriter(
    draw,
    draw.pick([
      { value: 0.02, shape: 0.02 },
      { value: 0.2, shape: 0.1 },
    ]),
  );
  const groups = draw.some(1, 3, () => draw.pick(TYPED));
  const data = (): readonly Bytes[] => withoutHarm(writer.write(drawSpec(GROUPS[draw.pick(groups)], draw)), false);
  const filled = [...new Set(groups)].flatMap((group) => populate(TYPE_OF[group] ?? 'string', draw));
  const steps: Step[] = filled.map((words) => ({ client: 0, words }));
  for (let round = draw.between(1, 3); round > 0; round -= 1) {
    const client = draw.below(clients);
    const others = (): Step[] =>
      clients === 1
        ? []
        : draw.some(0, 2, () => ({
            client: draw.below(clients),
            words: draw.chance(0.5) ? draw.pick(SUBTLE) : data(),
          }));
    const own = (words: readonly Bytes[]): Step => ({ client, words });
    if (draw.chance(0.7)) steps.push(own(['WATCH', ...draw.some(1, 3, () => draw.pick(WATCHED))]));
    steps.push(...others());
    if (draw.chance(0.1))
      steps.push(own(draw.pick([['UNWATCH'], ['WATCH'], ['EXEC'], ['DISCARD'], ['MULTI', 'x'], ['UNWATCH', 'x']])));
    if (draw.chance(0.95)) steps.push(own(['MULTI']));
    for (const words of draw.some(0, 4, data)) steps.push(own(words), ...others());
    if (draw.chance(0.15)) steps.push(own(unusual(draw, clients)));
    steps.push(own(draw.pick([['EXEC'], ['EXEC'], ['EXEC'], ['EXEC'], ['EXEC'], ['DISCARD'], ['EXEC', 'x']])));
  }
  return steps;
}

/** Commands that behave differently between MULTI and EXEC. */
function unusual(draw: Draw, clients: number): readonly Bytes[] {
  const single: readonly (readonly Bytes[])[] = [
    ['MULTI'],
    ['WATCH', 's1'],
    ['UNWATCH'],
    ['nosuch', 'x'],
    ['GET'],
    ['SELECT', '1'],
    ['PING'],
    ['EVAL', "return redis.call('incr', 'n1')", '0'],
    ['PUBLISH', 'ch', 'm'],
    ['HELLO', '3'],
    ['HELLO', '2'],
    ['RESET'],
    ['CLIENT', 'SETNAME', 'x'],
    ['FLUSHALL'],
    ['XINFO', 'STREAM'],
    ['XGROUP', 'nosuch'],
    ['SCRIPT', 'EXISTS'],
    ['CONFIG', 'GET'],
  ];
  // Without a MULTI before them, these block, which only interleaved cases allow for.
  const several: readonly (readonly Bytes[])[] = [
    ['BLPOP', 'none', '0'],
    ['BRPOPLPUSH', 'none', 'none', '0'],
    ['BZPOPMIN', 'none', '0'],
    ['BLMOVE', 'none', 'none', 'LEFT', 'LEFT', '0'],
    ['BLMPOP', '0', '1', 'none', 'LEFT'],
    ['XREAD', 'BLOCK', '0', 'STREAMS', 'x1', '$'],
    ['WAIT', '1', '0'],
    ['SUBSCRIBE', 'ch'],
    ['UNSUBSCRIBE'],
    ['PSUBSCRIBE', 'c*'],
    ['PUNSUBSCRIBE', 'x'],
    ['SSUBSCRIBE', 'ch'],
  ];
  return draw.pick(clients > 1 && draw.chance(0.5) ? several : single);
}
