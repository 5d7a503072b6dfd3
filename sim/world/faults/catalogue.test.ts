/**
 * Tests every kind of fault: it changes something that a system or its clients can see, and
 * everything works again after it. Further tests of a kind are beside the part that it breaks.
 */
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { RunRecord } from '../../kernel/record.ts';
import type { SimNode } from '../../system/types.ts';
import { FAULT_KINDS, type FaultName } from './catalogue.ts';
import type { FaultKind } from './fault-kind.ts';
import { EPOCH_MS } from '../../ambient/library-globals.ts';
import type { AmbientHost } from '../../system/image.ts';
import { serve, visitOverTcp } from '../test/tcp-visits.ts';
import { runWorld, said, type Tools, type WorldRun } from '../test/run-world.ts';

const BEGINS_MS = 2000;
const OVER_MS = 12_000;
const DEAF_MS = 5000;

/** Uses everything that a node has, ten times a second, and logs it; answers its clients. */
function busy(node: SimNode, tools: Tools, host: AmbientHost): object {
  serve(host.network);
  const { clock, probe, name } = node;
  const reconnectOnError = ({ message }: Error): boolean => message.startsWith('READONLY');
  const [store, listener] = [node.redis({ reconnectOnError }), node.redis()];
  const isOver = () => tools.nowMs > OVER_MS;
  const came = (what: string, of: string) => {
    probe.note(what, { of });
    if (isOver()) tools.note(`${name} ${what} ${of}`);
  };
  listener.on('ready', () => void listener.subscribe('news').catch(() => undefined));
  let heardAtMs = 0;
  listener.on('message', (_channel: string, text: string) => {
    heardAtMs = clock.monotonicMs();
    came('heard', text);
  });
  node.listen((socket) => socket.on('message', (data: Buffer) => socket.send(`${name} ${data.toString()}`)));
  const work = (): void => {
    const askedAtMs = clock.monotonicMs();
    probe.note('worked', { off: Math.round(clock.wallMs() - EPOCH_MS - askedAtMs) });
    const report = (what: string, promise: Promise<unknown>) =>
      promise.then(
        () => came(what, 'well'),
        (error: Error) => came(what, error.message),
      );
    // A subscriber that hears nothing may have lost its other end.
    if (listener.status === 'ready' && askedAtMs - heardAtMs > DEAF_MS) {
      heardAtMs = askedAtMs;
      listener.disconnect(true);
    }
    void report('stored', store.set(name, String(askedAtMs)));
    void report('published', store.publish('news', name));
    void report('passed', node.failpoint('source'));
    clock.startTimer({ label: 'work', owner: 'test' }, 100, work);
  };
  work();
  return {};
}

/** Two clients that send requests all the time, guests on TCP, and some that come afterwards. */
function visit(tools: Tools): void {
  const ask = async (client: string, node: string) => {
    const socket = await tools.dial(client, node).catch(() => null);
    for (let atMs = Math.ceil(tools.nowMs); atMs < BEGINS_MS + 5000; atMs += 50)
      tools.at(atMs, () => (socket?.readyState === 1 ? socket.send(String(atMs)) : undefined));
  };
  tools.at(100, () => ask('client-1', 'node-1'));
  tools.at(100, () => ask('client-2', 'node-2'));
  for (let atMs = 1000; atMs < BEGINS_MS + 5000; atMs += 100)
    tools.at(atMs, () => visitOverTcp(tools, `guest-${atMs}`, 'node-1', () => undefined));
  for (const node of ['node-1', 'node-2']) {
    tools.at(OVER_MS + 1, () =>
      visitOverTcp(tools, `late-${node}`, node, (text) => tools.note(`late at ${node} answered ${text.slice(-2)}`)),
    );
    tools.at(OVER_MS + 1, async () => {
      const socket = await tools.dial(`late at ${node}`, node).catch(() => null);
      socket?.send('hello');
    });
  }
}

function runWith(kind: FaultKind | null): Promise<WorldRun> {
  const arrange = (tools: Tools) => {
    visit(tools);
    if (kind === null) return;
    const target = { client: 'client-1', node: 'node-1', redis: '*' }[kind.aims];
    tools.fault(kind.kind, target, BEGINS_MS, Math.min(kind.durationMsMax, 4500));
  };
  return runWorld(busy, arrange, { nodes: 2, other: busy, untilMs: OVER_MS + 500 });
}

/** The records, without those of faults and without step numbers, which a fault shifts. */
function seen(run: WorldRun): string[] {
  const all = run.records.filter(({ type }) => type !== 'fault');
  return all.map(({ step: _step, ...record }: RunRecord) => JSON.stringify(record));
}

const calm = runWith(null).then(seen);

describe.each([...FAULT_KINDS.values()].map((kind) => [kind.kind, kind] as const))('%s', (name, kind) => {
  it('has a visible effect, and none after its end', async () => {
    const run = await runWith(kind);
    const [before, after] = [await calm, seen(run)];
    expect(run.world.hits.get(name)).toBeGreaterThan(0);
    expect(after).not.toEqual(before);
    // Nothing is seen of it before it begins.
    const first = after.findIndex((record, index) => record !== before[index]);
    expect((JSON.parse(after[first] ?? '') as RunRecord).atMs).toBeGreaterThanOrEqual(BEGINS_MS);

    const late = said(run).filter((what) => run.notes.some((note) => note.what === what && note.atMs > OVER_MS));
    expect(new Set(late)).toEqual(
      new Set(
        ['node-1', 'node-2'].flatMap((node) => [
          `${node} stored well`,
          `${node} published well`,
          `${node} passed well`,
          `${node} heard node-1`,
          `${node} heard node-2`,
          `late at ${node} open`,
          `late at ${node} answered ok`,
          `late at ${node} got ${node} hello`,
        ]),
      ),
    );
    const worked = run.records.filter((record) => record.type === 'probe' && record.name === 'worked');
    const atEnd = worked.filter(({ atMs }) => atMs > OVER_MS);
    expect(atEnd.map((record) => Math.abs(Number(record.type === 'probe' && record.fields['off'])) <= 1)).toEqual(
      atEnd.map(() => true),
    );
    expect(atEnd.length).toBeGreaterThanOrEqual(6);
  });
});

it.each([...FAULT_KINDS.values()].filter(({ aims }) => aims === 'redis').map(({ kind }) => kind))(
  '%s takes no effect where nothing uses Redis',
  async (kind) => {
    const run = await runWorld(
      () => ({}),
      (tools) => tools.fault(kind, '*', 1000, 2000),
      { nodes: 2, untilMs: 5000 },
    );
    expect([...run.world.hits]).toEqual([]);
    expect(run.records.filter((record) => record.type === 'fault').map(({ phase }) => phase)).not.toContain('hit');
  },
);

it('names each kind in the type of fault names', () => {
  expectTypeOf<'latency' | 'partition' | 'redis-error' | 'redis-restart' | 'clock-skew'>().toExtend<FaultName>();
  expectTypeOf<string>().not.toExtend<FaultName>();
});
