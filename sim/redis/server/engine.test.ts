import { describe, expect, it } from 'vitest';
import { RedisEngine } from './engine.ts';
import { NO_CLIENTS } from '../model/information/statistics.ts';
import { RedisError, type Reply, Wait } from '../model/reply.ts';
import { Lua } from '../script/lua.ts';

const AT_MS = 1_767_225_600_123;

function begun(engine = new RedisEngine(), fraction = 0.5): RedisEngine {
  engine.begin({ nowMs: () => AT_MS, fraction: () => fraction });
  return engine;
}

const script = (engine: RedisEngine, text: string, ...rest: string[]): Reply | Wait =>
  engine.apply('eval', [text, '0', ...rest]);

describe('a run', () => {
  it('begins empty: no data in any database, no expiry, no script, no listener', () => {
    const engine = begun();
    const touched: string[] = [];
    engine.connect({
      onChange: (key) => touched.push(key),
      onReady: () => undefined,
      clients: () => NO_CLIENTS,
      onExpiry: () => undefined,
      onNotSimulated: () => undefined,
      applyChannelCommand: () => 0,
      onScriptCommand: () => undefined,
      notify: () => undefined,
    });
    for (const database of [0, 7]) {
      engine.apply('set', ['k', 'v', 'PX', '5000'], { database, mayWait: false });
      engine.apply('xadd', ['s', '1-1', 'a', 'b'], { database, mayWait: false });
    }
    const sha = engine.apply('script', ['load', 'return 1']) as string;
    expect(engine.apply('evalsha', [sha, '0'])).toBe(1);
    begun(engine);
    expect([engine.keys(0), engine.keys(7)]).toEqual([[], []]);
    engine.apply('set', ['k', 'v']);
    expect(engine.apply('pttl', ['k'])).toBe(-1);
    expect(engine.apply('evalsha', [sha, '0'])).toEqual(
      new RedisError('NOSCRIPT No matching script. Please use EVAL.'),
    );
    expect(touched).toEqual(['k', 's', 'k', 's']);
  });

  it('of a script leaves nothing for the next script: no global, no changed library', () => {
    const engine = begun();
    const attempts = [
      'leak = 1',
      'rawset(_G, "leak", 1)',
      'string.leak = 1',
      'getmetatable("").__index.leak = 1',
      'redis.call = nil',
      'tostring = function() return 1 end',
      'string = {}',
      'getmetatable("").__index = nil',
      'setmetatable(getmetatable(""), {})',
      'getmetatable(_G).__index = nil',
      'table.insert(redis, 1)',
      'cjson.encode = nil',
      'setmetatable(_G, {})',
    ];
    for (const text of attempts) expect(script(engine, text), text).toBeInstanceOf(RedisError);
    expect(script(engine, 'return {rawget(_G, "leak") == nil, ("x").leak == nil}')).toEqual([1, 1]);
    expect(script(engine, "return {redis.call('set', 'a', 'b'), cjson.encode({1})}")).toHaveLength(2);
  });
});

describe('what scripts set and Redis keeps', () => {
  it('is lost with the run: the seed of math.random and the settings of cjson', () => {
    const engine = begun();
    script(engine, 'math.randomseed(1) cjson.encode_number_precision(3)');
    const show = 'return {tostring(math.random()), cjson.encode(1/3)}';
    expect(script(engine, show)).toEqual(['0.041630344484761', '0.333']);
    expect(script(begun(engine), show)).toEqual(['0.5', '0.33333333333333']);
  });
});

describe('a script', () => {
  it('gets time and random values from the run, and sees no addresses', () => {
    const engine = begun(new RedisEngine(), 0.25);
    expect(script(engine, "return redis.call('time')")).toEqual(['1767225600', '123000']);
    const shown = 'return {tostring(math.random()), math.random(4), tostring({}), tostring(tostring)}';
    expect(script(engine, shown)).toEqual(['0.25', 2, 'table: 0x0', 'function: 0x0']);
  });

  it('counts in doubles, as in Lua 5.1', () => {
    const engine = begun();
    const sums =
      'return {ARGV[1] * 1000, 1767225600 * 1000, tostring(ARGV[1] * 1000), string.format("%d", 1767225600123.9), 2^53 == 2^53 + 1 and 1 or 0, #ARGV * 3000000000}';
    expect(script(engine, sums, '1767225600')).toEqual([
      1_767_225_600_000,
      1_767_225_600_000,
      '1767225600000',
      '1767225600123',
      1,
      3_000_000_000,
    ]);
  });

  it('is compiled once, and the cache is emptied when it is full', () => {
    const lua = new Lua();
    for (let count = 0; count < 3; count += 1) lua.prepare('same', 'return 1');
    expect(lua.size).toBe(1);
    const engine = begun();
    for (let count = 0; count < 1100; count += 1) expect(script(engine, `return ${count}`)).toBe(count);
    begun(engine);
    expect(script(engine, 'return 5')).toBe(5);
  });
});
