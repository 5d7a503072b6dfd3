/** The metrics of the gateway as it is deployed, read inside the simulation. */
import { expect, it } from 'vitest';
import type { SourceEdit } from '../sim/index.ts';
import type { Plan } from '../sim/plan/plan.ts';
import { loadGateway, runPlan, serverScenario } from './test/gateway-runs.ts';

/** Reads its own metrics every second and prints them. */
const scraped: SourceEdit = {
  file: '../core/server.ts',
  within: 'main',
  find: "logger.info({ host: environment.HOST, port: server.port }, 'listening');",
  put: `logger.info({ host: environment.HOST, port: server.port }, 'listening');
    setInterval(async () => {
      const response = await fetch('http://127.0.0.1:' + server.port + '/metrics');
      logger.info({ scraped: (await response.text()).replace(/^#.*\\n/gm, '') });
    }, 1000).unref();`,
};

/** client-1 authenticates, is refused a comment, and leaves. Redis fails. */
const plan: Plan = {
  seed: '0x1',
  nodes: 1,
  chaosMs: 8000,
  cohorts: [],
  operations: [
    ['connect', 100, {}],
    ['authenticate', 1100, { token: 'trader' }],
    ['comment', 2100, { symbol: 'AAPL', text: '<b>up</b>' }],
    ['disconnect', 4100, {}],
  ].map(([name, atMs, args], index) => ({
    id: `client-1.${index}`,
    actor: 'client-1',
    name: name as string,
    atMs: atMs as number,
    arguments: args as Plan['operations'][number]['arguments'],
  })),
  faults: [{ id: 'fault-1', kind: 'redis-error', target: '*', atMs: 500, durationMs: 6000, rate: 1 }],
};

it('are read without an escape, and are the same in each run', async () => {
  const loaded = await loadGateway([scraped], null, serverScenario);
  const first = await runPlan(loaded, { plan, detailed: true });
  expect(first.failure).toBeNull();
  const texts = (first.records ?? []).flatMap((record) => {
    const line = record.type === 'probe' && record.name === 'sim.output' ? String(record.fields['line']) : '';
    return line.includes('"scraped"') ? [(JSON.parse(line) as { scraped: string }).scraped] : [];
  });
  expect(texts.length).toBeGreaterThan(5);
  const values = (name: string): number[] =>
    texts.map((text) => Number(new RegExp(`^${name} (.+)$`, 'm').exec(text)?.[1] ?? 0));
  expect(Math.max(...values('gateway_authenticated'))).toBe(1);
  expect(values('gateway_connections').at(-1)).toBe(0);
  expect(values('gateway_refusals_total{code="comment_markup"}').at(-1)).toBe(1);
  expect(values('gateway_store_errors_total').at(-1)).toBeGreaterThan(0);
  expect(Math.max(...values('gateway_store_breaker_open'))).toBe(1);
  expect(values('gateway_store_breaker_open').at(-1)).toBe(0);
  expect(values('gateway_store_retries_total').at(-1)).toBeGreaterThan(0);
  expect((await runPlan(loaded, { plan })).digest).toBe(first.digest);
});
