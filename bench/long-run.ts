/**
 * One run with a given number of events. Clients connect, subscribe, comment, leave and return; a
 * fault begins every few seconds; all properties are checked. After each twentieth of the events,
 * garbage is collected and the heap size is noted. Memory that grows from part to part is leaked.
 */
import { formatSeed } from '../sim/kernel/seed.ts';
import type { Fault, Operation, Plan } from '../sim/plan/plan.ts';
import { runJob } from '../sim/search/run-job.ts';
import { heapGauge } from './heap.ts';
import { loadGateway } from './scenario.ts';

export interface LongRun {
  readonly events: number;
  readonly tookMs: number;
  /** After each twentieth of the events. */
  readonly heapBytes: readonly number[];
}

const CLIENTS = 150;
const NODES = 3;
const VISIT_MS = 60_000;
const FAULT_EVERY_MS = 20_000;
const PARTS = 20;
const SYMBOLS = ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT'];

/**
 * Fewer events than one virtual second of this plan has with all clients, so that the plan is
 * longer than the run.
 */
const EVENTS_PER_SECOND = 1000;
const ALL_THERE_AFTER_MS = 60_000;

export async function longRun(events: number, onPart: (n: number) => void = () => undefined): Promise<LongRun> {
  const loaded = await loadGateway();
  const heapUsed = heapGauge();
  const heapBytes: number[] = [];
  const plan = longPlan(ALL_THERE_AFTER_MS + Math.ceil((events / EVENTS_PER_SECOND) * 1000));
  const everyEvents = Math.floor(events / PARTS);
  const beganAtMs = performance.now();
  const { steps, failure } = await runJob(
    loaded,
    { kind: 'run', seed: plan.seed, plan, stepsMax: events },
    {
      nowMs: () => performance.now(),
      onStep: (step) => {
        if (step % everyEvents === 0) {
          heapBytes.push(heapUsed());
          onPart(heapBytes.length);
        }
      },
    },
  );
  // The number of events must end the run. Any other end is an error.
  if (failure?.signature !== 'no-progress: steps') throw new Error(`the long run ended early: ${failure?.signature}`);
  return { events: steps, tookMs: performance.now() - beganAtMs, heapBytes };
}

function longPlan(chaosMs: number): Plan {
  const operations: Operation[] = [];
  for (let client = 1; client <= CLIENTS; client += 1) {
    let number = 0;
    const add = (atMs: number, name: string, args: Operation['arguments'] = {}): void => {
      number += 1;
      operations.push({ id: `client-${client}.${number}`, actor: `client-${client}`, name, atMs, arguments: args });
    };
    const symbol = (offset: number): string => SYMBOLS[(client + offset) % SYMBOLS.length] ?? 'AAPL';
    for (let startMs = 100 + client * 397; startMs < chaosMs; startMs += VISIT_MS) {
      add(startMs, 'connect');
      add(startMs + 1000, 'authenticate', { token: 'good' });
      add(startMs + 2000, 'subscribe', { symbol: symbol(0) });
      add(startMs + 3000, 'subscribe', { symbol: symbol(1) });
      add(startMs + 20_000, 'comment', { symbol: symbol(0), text: '<b>up</b>' });
      add(startMs + 40_000, 'unsubscribe', { symbol: symbol(1) });
      add(startMs + 50_000, 'disconnect');
    }
  }
  return { seed: formatSeed(1n), nodes: NODES, chaosMs, cohorts: [], operations, faults: longFaults(chaosMs) };
}

function longFaults(chaosMs: number): Fault[] {
  const faults: Fault[] = [];
  const kinds = [
    ['node-crash', 'node', 2000],
    ['latency', 'client', 3000],
    ['redis-reply-lost', 'redis', 1500],
    ['connection-loss', 'client', 0],
    ['redis-error', 'redis', 1500],
    ['half-open', 'client', 0],
    ['client-stall', 'client', 1000],
  ] as const;
  for (let atMs = 5000; atMs < chaosMs - 10_000; atMs += FAULT_EVERY_MS) {
    const number = faults.length;
    const [kind, aims, durationMs] = kinds[number % kinds.length] ?? ['latency', 'client', 1000];
    const targets = {
      client: `client-${1 + ((number * 7) % CLIENTS)}`,
      node: `node-${1 + (number % NODES)}`,
      redis: '*',
    };
    const target = targets[aims];
    faults.push({ id: `fault-${number + 1}`, kind, target, atMs, durationMs, rate: aims === 'redis' ? 0.1 : 1 });
  }
  return faults;
}
