/**
 * Runs a separate network for a test: a node that logs the events of its sockets, and does with
 * them what the test wants.
 */
import { expect } from 'vitest';
import type { FrameRecord } from '../../kernel/record.ts';
import { formatSeed, type Seed } from '../../kernel/seed.ts';
import type { SimNode } from '../../system/types.ts';
import type { UpgradeRequest, ServerSocket } from '../../system/web-socket-types.ts';
import { runWorld, said, type Tools, type WorldRun, type WorldRunOptions } from '../../world/test/run-world.ts';

export type Accept = (socket: ServerSocket, tools: Tools, request: UpgradeRequest) => void;

export async function runNetwork(
  accept: Accept,
  arrange: (tools: Tools) => void,
  options: WorldRunOptions = {},
): Promise<WorldRun> {
  const start = (node: SimNode, tools: Tools) => {
    node.listen((socket, request) => {
      socket.on('message', (data: Buffer) => tools.note(`node got ${data.toString()}`));
      socket.on('pong', () => tools.note('node pong'));
      socket.on('close', (code: number, reason: Buffer) =>
        tools.note(`node closed ${code} ${reason.toString()}`.trim()),
      );
      accept(socket, tools, request);
    });
    return {};
  };
  const run = await runWorld(start, arrange, options);
  expect(run.end).toEqual({ why: 'stopped' });
  expect(
    [...run.world.network.open.keys()].filter((link) => !link.startsWith('kept')),
    'links left',
  ).toEqual([]);
  return run;
}

export const seeds = (count: number): Seed[] =>
  Array.from({ length: count }, (_, index) => formatSeed(BigInt(index + 1)));
export const quiet: Accept = () => undefined;
export const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index));
export const got = (run: WorldRun, who: string) =>
  said(run)
    .filter((what) => what.startsWith(`${who} got `))
    .map((what) => what.slice(who.length + 5));
export const frames = (run: WorldRun, wanted: Partial<FrameRecord>): FrameRecord[] =>
  run.records.filter(
    (record): record is FrameRecord =>
      record.type === 'frame' &&
      Object.entries(wanted).every(([name, value]) => record[name as keyof FrameRecord] === value),
  );
export const closeAtEnd = (tools: Tools, socket: { close(): void }, atMs = 60_000) =>
  tools.at(atMs, () => socket.close());
