/** One load test: warm-up, disturbed load with a restart of Redis, churn, and the verdict. */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { closings } from '../../core/closings.ts';
import { Crowd } from './crowd.ts';
import type { LoadFlags } from './flags.ts';
import { GatewayProcess, type LogLine } from './gateway-process.ts';
import { Judge } from './judge.ts';
import type { RedisProcess } from './redis-process.ts';

const WARM_UP_ROUNDS = 3;
const CHURN_ROUNDS = 20;
/** By which the heap may grow. */
const GROWTH_MAX = 0.05;
/** A price of each symbol. */
const PRICE_EVERY_MS = 500;
/** In which users read prices in a round. */
const ROUND_MS = 1500;
/**
 * The same in a round to warm up, as a share of the load. V8 keeps what it knows of a function, and
 * its code, in the heap, and has most of it after as many prices as the churn sends.
 */
const WARM_UP_SHARE = 1 / 6;
const REDIS_AWAY_MS = 3000;
/** Longer than the renewal of leases, after which Redis has all rows again. */
const ROWS_WITHIN_MS = 30_000;
const COUNTERS_WITHIN_MS = 30_000;
/** Streams end soon after their last subscriber, so that counters return to their baseline. */
const LIMITS = JSON.stringify({ historyKeptMs: 500 });
/** Ends of connections that the test causes: users leave, lose their connection or read slowly. */
const EXPECTED_CODES = new Set([1000, 1005, 1006, 1013]);
/** In less time, the buffers of the system take all that slow clients do not read. */
const SLOW_SECONDS = 45;
const KIB = 1024;

export interface LoadResult {
  readonly lines: readonly string[];
  readonly hasHeld: boolean;
}

type Gauges = Readonly<Record<string, number>>;

export async function load(
  root: string,
  redis: RedisProcess,
  { clients, seconds }: LoadFlags,
  progress: (line: string) => void,
): Promise<LoadResult> {
  const judge = new Judge();
  const secret = randomBytes(32).toString('hex');
  const alerts: string[] = [];
  const gateway = await GatewayProcess.start(
    root,
    { JWT_SECRET: secret, REDIS_URL: redis.url, PRICE_INTERVAL_MS: String(PRICE_EVERY_MS), LIMITS },
    (line) => observe(line, judge, alerts),
  );
  try {
    const crowd = new Crowd({ port: gateway.port, secret, clients, seconds, judge });
    const first = await gateway.gauges();
    const round = async (lastsMs: number): Promise<boolean> => {
      await crowd.enter();
      crowd.disturb(false);
      await sleep(lastsMs);
      await crowd.settle();
      crowd.leave();
      return settled(gateway, first);
    };
    const warmUpRoundMs = Math.max(ROUND_MS, seconds * 1000 * WARM_UP_SHARE);
    progress(`${WARM_UP_ROUNDS} rounds of ${clients} clients to warm up`);
    for (let count = 0; count < WARM_UP_ROUNDS; count += 1) await round(warmUpRoundMs);
    const before = await gateway.inspector.memory();
    progress(`heap ${mib(before.heapBytes)}`);

    progress(`${seconds} s of load, with churn, slow clients and a restart of Redis`);
    await crowd.enter();
    crowd.disturb(true);
    await sleep((seconds * 1000) / 2);
    await redis.kill();
    await sleep(Math.min(REDIS_AWAY_MS, seconds * 100));
    await redis.start();
    await sleep((seconds * 1000) / 2);
    await crowd.settle();
    const { authenticated = 0 } = await gateway.gauges();
    const rows = await until(
      ROWS_WITHIN_MS,
      () => redis.rows(),
      (count) => count === authenticated,
    );
    const during = await gateway.inspector.memory();
    crowd.leave();
    await settled(gateway, first);
    progress(`heap ${mib((await gateway.inspector.memory()).heapBytes)}`);

    progress(`${CHURN_ROUNDS} rounds of churn`);
    for (let count = 1; count <= CHURN_ROUNDS; count += 1) {
      if (!(await round(ROUND_MS))) break;
      if (count % 5 === 0) progress(`heap after ${count} rounds: ${mib((await gateway.inspector.memory()).heapBytes)}`);
    }
    const after = await gateway.inspector.memory();
    const last = await gateway.gauges();
    const rowsLeft = await until(
      ROWS_WITHIN_MS,
      () => redis.rows(),
      (count) => count === 0,
    );
    const slowClosed = await gateway.closings(closings.slow_consumer.closeCode);
    const code = await gateway.stop();

    const growth = after.heapBytes / before.heapBytes - 1;
    const verdicts = judge.verdicts();
    const [p50, p95, p99, most] = crowd.latencies.percentiles([0.5, 0.95, 0.99, 1]).map((ms) => ms.toFixed(1));
    const changed = differences(first, last);
    const unexpected = [...crowd.closeCodes.keys()].filter((one) => !EXPECTED_CODES.has(one));
    const checks: readonly (readonly [holds: boolean, text: string])[] = [
      ...verdicts.map(
        ({ property, checks: count, violations, text }) =>
          [violations === 0 && count > 0, `${property}: ${count} checks, ${violations} violations ${text}`] as const,
      ),
      [authenticated === clients, `connected after the load: ${authenticated} of ${clients}`],
      [rows === authenticated, `rows in Redis after its restart: ${rows} of ${authenticated}`],
      [rowsLeft === 0, `rows in Redis after all have left: ${rowsLeft}`],
      [changed.length === 0, `counters at their baseline: ${changed.join(', ') || 'all'}`],
      [unexpected.length === 0, `close codes: ${[...crowd.closeCodes].map((pair) => pair.join(' × ')).join(', ')}`],
      [
        slowClosed === crowd.slowCount || seconds < SLOW_SECONDS,
        `slow clients closed with 1013: ${slowClosed} of ${crowd.slowCount}`,
      ],
      [
        growth <= GROWTH_MAX,
        `heap after ${CHURN_ROUNDS} rounds: ${mib(before.heapBytes)} to ${mib(after.heapBytes)}, ${percent(growth)}`,
      ],
      [code === 0, `exit code after SIGTERM: ${code}`],
    ];
    const perConnection = (kind: 'heapBytes' | 'residentBytes'): string =>
      ((during[kind] - before[kind]) / clients / KIB).toFixed(1);
    return {
      hasHeld: checks.every(([holds]) => holds),
      lines: [
        `comment to subscriber, ${crowd.latencies.count} times: p50 ${p50} ms, p95 ${p95} ms, p99 ${p99} ms, most ${most} ms`,
        `memory per connection: ${perConnection('heapBytes')} KiB of heap, ${perConnection('residentBytes')} KiB resident`,
        `alerts while Redis was away: ${alerts.join(', ') || 'none'}`,
        ...checks.map(([holds, text]) => `${holds ? '✔' : '✖'} ${text.trimEnd()}`),
        checks.every(([holds]) => holds) ? 'held' : 'broken',
      ],
    };
  } finally {
    gateway.kill();
  }
}

/** Gives the log of the gateway to the properties. */
function observe({ msg = '', probe, alert, ...fields }: LogLine, judge: Judge, alerts: string[]): void {
  if (alert === true) alerts.push(String(fields.name ?? msg));
  if (probe !== true) return;
  const { level: _level, time: _time, ...told } = fields;
  judge.observe({ type: 'probe', node: 'node-1', process: 1, name: msg, fields: told as Record<string, string> });
}

/** Waits until no connection and no stream is left. Returns whether none is. */
async function settled(gateway: GatewayProcess, first: Gauges): Promise<boolean> {
  const changed = await until(
    COUNTERS_WITHIN_MS,
    async () => differences(first, await gateway.gauges()),
    (found) => found.length === 0,
  );
  return changed.length === 0;
}

/** Gauges that differ. The lag of the event loop is a time, and not a counter. */
function differences(first: Gauges, last: Gauges): string[] {
  return Object.entries(last)
    .filter(([name, value]) => name !== 'event_loop_lag_seconds' && value !== first[name])
    .map(([name, value]) => `${name} ${value} instead of ${first[name]}`);
}

/** The first value that is right, or the last one after `withinMs`. */
async function until<Value>(
  withinMs: number,
  read: () => Promise<Value>,
  isRight: (value: Value) => boolean,
): Promise<Value> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const value = await read();
    if (isRight(value) || performance.now() > endMs) return value;
    await sleep(200);
  }
}

function mib(bytes: number): string {
  return `${(bytes / KIB / KIB).toFixed(2)} MiB`;
}

function percent(share: number): string {
  return `${share < 0 ? '' : '+'}${(share * 100).toFixed(1)} %`;
}
