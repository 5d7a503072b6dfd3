import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { subprotocol } from '../../core/protocol.ts';
import { runsLong } from '../../sim/cli/test/long.ts';
import { loadFlagsOf } from './flags.ts';
import { Judge } from './judge.ts';
import { Latencies } from './latencies.ts';
import { standsStill } from './stands-still.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function load(parameters: readonly string[], env: NodeJS.ProcessEnv = process.env) {
  const launched = [path.join(root, 'sim/start.js'), '--entry', 'bench/load/main.ts', ...parameters];
  const child = spawn(process.execPath, launched, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

test('flags are parsed, and invalid ones are rejected in one line', () => {
  expect(loadFlagsOf([])).toEqual({ clients: 1000, seconds: 60 });
  expect(loadFlagsOf(['--clients', '50', '--seconds', '5'])).toEqual({ clients: 50, seconds: 5 });
  for (const value of ['9', '10001', '-50', '1e3', 'many', ''])
    expect(() => loadFlagsOf([`--clients=${value}`])).toThrow(
      'invalid --clients (expected a whole number from 10 to 10000)',
    );
  expect(() => loadFlagsOf(['--seconds', '4'])).toThrow('invalid --seconds (expected a whole number from 5 to 3600)');
  expect(() => loadFlagsOf(['--bogus'])).toThrow(/^[^\n]*--bogus[^\n]*$/);
  expect(() => loadFlagsOf(['more'])).toThrow(/^[^\n]*more[^\n]*$/);
});

test('percentiles are those of all values', () => {
  const latencies = new Latencies();
  for (let ms = 100; ms > 0; ms -= 1) latencies.add(ms);
  expect(latencies.percentiles([0.5, 0.99, 1])).toEqual([51, 100, 100]);
});

test('a heap stands still when six readings in a row agree', () => {
  expect(standsStill([1000, 1000, 1000, 1000, 1000])).toBe(false);
  expect(standsStill([2000, 1001, 1000, 1002, 1001, 1000, 1000])).toBe(true);
  expect(standsStill([1010, 1008, 1006, 1004, 1002, 1000])).toBe(false);
});

describe('npm run load', () => {
  test('prints one line and exits 2 for a wrong value', async () => {
    const { code, stdout, stderr } = await load(['--clients', 'many']);
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'load: invalid --clients (expected a whole number from 10 to 10000)\n',
    });
  });

  test('prints one line and exits 2 without redis-server', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-no-redis-'));
    symlinkSync(process.execPath, path.join(folder, 'node'));
    const { code, stdout, stderr } = await load([], { PATH: folder });
    rmSync(folder, { recursive: true, force: true });
    expect({ code, stdout, stderr }).toEqual({
      code: 2,
      stdout: '',
      stderr: 'load: redis-server is not on the PATH; install Redis\n',
    });
  });
});

describe('the judge of real connections', () => {
  const price = (sequence: number): string => {
    const quotes = [25.94, 28.66, 33.95, 31.01];
    const days = ['2000-01-01', '2000-02-01', '2000-03-01', '2000-04-01'];
    return `"price":${quotes[sequence - 1]},"epoch":"e1","sequence":${sequence},"skipped":0,"quotedAt":"${days[sequence - 1]}"}`;
  };

  /** A client that is sent these prices after a snapshot of the first one, and reports others. */
  function judged(sent: readonly number[], reported: string): string[] {
    const judge = new Judge();
    const frame = (direction: 'up' | 'down', kind: 'open' | 'text', text: string) => {
      for (const phase of ['sent', 'delivered'] as const)
        judge.observe({
          type: 'frame',
          link: 'a#1',
          client: 'a',
          node: 'node-1',
          direction,
          kind,
          phase,
          text,
          code: 0,
        });
    };
    frame('up', 'open', subprotocol);
    frame('down', 'text', '{"type":"authenticated","connection":"c-1"}');
    frame('up', 'text', '{"type":"subscribe","id":1,"symbols":["AAPL"]}');
    frame('down', 'text', '{"type":"subscribed","id":1,"symbols":["AAPL"]}');
    const [first = 1, ...others] = sent;
    frame(
      'down',
      'text',
      `{"type":"snapshot","symbol":"AAPL","recovered":false,${price(first).replace('"skipped":0,', '')}`,
    );
    for (const sequence of others) frame('down', 'text', `{"type":"price","symbol":"AAPL",${price(sequence)}`);
    judge.observe({ type: 'operation', id: 'a', actor: 'a', name: 'read', phase: 'ok', detail: reported });
    return judge.verdicts().flatMap(({ property, violations }) => (violations > 0 ? [property] : []));
  }

  const [one, two, three] = ['snapshot:AAPL:e1:1:0', 'price:AAPL:e1:2:0', 'price:AAPL:e1:3:0'];

  test('holds for a client that hands over what it was sent', () => {
    expect(judged([1, 2, 3], `${one} ${two} ${three}`)).toEqual([]);
  });

  test('finds a price that was not handed over', () => {
    expect(judged([1, 2, 3], `${one} ${three}`)).toEqual(['handed-over']);
  });

  test('finds a price that was sent twice', () => {
    expect(judged([1, 2, 2], `${one} ${two}`)).toEqual(
      expect.arrayContaining(['numbered-prices', 'subscriber-history']),
    );
  });
});

test.runIf(runsLong('the load test, with 50 clients'))(
  '50 clients for some seconds find every promise kept',
  async () => {
    const { code, stdout } = await load(['--clients', '50', '--seconds', '5']);
    const lines = stdout.trim().split('\n');
    // The heap is compared for real with more clients, on a machine that does nothing else.
    expect(lines.filter((line) => line.startsWith('✖') && !line.includes('heap after'))).toEqual([]);
    expect(lines.find((line) => line.includes('heap after'))).toMatch(/MiB to [\d.]+ MiB, [+-][\d.]+ %$/);
    expect(stdout).toMatch(/^comment to subscriber, \d+ times: p50 [\d.]+ ms, p95 [\d.]+ ms, p99 [\d.]+ ms/);
    expect(code).toBe(lines.at(-1) === 'held' ? 0 : 1);
  },
  600_000,
);
