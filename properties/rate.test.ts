import { it } from 'vitest';
import { formatSeed } from '../sim/kernel/seed.ts';
import { clauses } from './test/clauses.ts';
import { loadGateway, runSeed } from './test/gateway-runs.ts';
it('rate', async () => {
  for (const c of clauses.filter((c) => c.property === 'subscriber-history')) {
    const loaded = await loadGateway(c.edits, 'subscriber-history');
    const by: Record<string, number> = {};
    for (let n = 1; n <= (c.plan ? 600 : 100); n++) {
      const r = await runSeed(loaded, formatSeed(BigInt(n)));
      const s = r.failure?.signature ?? 'held';
      by[s] = (by[s] ?? 0) + 1;
    }
    console.log(c.broken, JSON.stringify(by));
  }
}, 600000);
