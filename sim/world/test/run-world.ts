/**
 * Runs a world with a system that is defined in a test.
 */
import type { Circumstances } from '../../kernel/circumstances.ts';
import type { Fault } from '../../kernel/fault.ts';
import type { ChoiceOverrides } from '../../kernel/draws.ts';
import type { Domain } from '../../kernel/heap.ts';
import type { LoopEnd } from '../../kernel/kernel-options.ts';
import type { RunRecord } from '../../kernel/record.ts';
import type { Seed } from '../../kernel/seed.ts';
import { Client } from '../../network/client.ts';
import type { SimNode, StartSystem } from '../../system/types.ts';
import type { ClientSocket, ConnectOptions } from '../../network/client-socket.ts';
import { RedisEngine } from '../../redis/server/engine.ts';
import type { AmbientHost, LoadedSystem, SystemImage } from '../../system/image.ts';
import type { Environment } from '../../system/process-state.ts';
import { scheduleFault } from '../faults/schedule.ts';
import { World } from '../world.ts';

const TEST: Domain = { name: 'test', alive: true };
const engine = new RedisEngine();

export interface Tools {
  readonly world: World;
  readonly nowMs: number;
  /** Writes down what happened, with the virtual time. */
  note(what: string): void;
  at(ms: number, act: () => unknown): void;
  /** Dials; the socket's events are noted under the client's name. */
  dial(client: string, node?: string, options?: ConnectOptions): Promise<ClientSocket>;
  fault(
    kind: string,
    target: string,
    atMs: number,
    durationMs?: number,
    rate?: number,
    connection?: Fault['connection'],
  ): void;
}

export interface WorldRun {
  readonly world: World;
  readonly end: LoopEnd;
  readonly records: readonly RunRecord[];
  /** `12.3 client-1 open` */
  readonly notes: readonly { readonly atMs: number; readonly what: string }[];
  /** Why main modules that never listened ended. */
  readonly problems: readonly string[];
  readonly digest: string;
}

export interface WorldRunOptions {
  readonly seed?: Seed;
  readonly nodes?: number;
  readonly untilMs?: number;
  readonly choices?: ChoiceOverrides;
  readonly circumstances?: Circumstances;
  /** The other version of the system. */
  readonly other?: System;
  readonly env?: (node: string) => Environment;
}

type System = (node: SimNode, tools: Tools, host: AmbientHost) => ReturnType<StartSystem>;

/** `start` is the system; `arrange` is called before the run. */
export async function runWorld(
  start: System,
  arrange: (tools: Tools) => void,
  options: WorldRunOptions = {},
): Promise<WorldRun> {
  const { other } = options;
  let tools: Tools | null = null;
  const load =
    (system: System) =>
    (host: AmbientHost): LoadedSystem => ({ kind: 'start', start: (node) => system(node, tools as Tools, host) });
  const image: SystemImage = {
    codeHash: '',
    instantiate: load(start),
    instantiateOther: other === undefined ? undefined : load(other),
  };
  const keep = (given: Tools): void => {
    tools = given;
    arrange(given);
  };
  return runImage(image, keep, options);
}

/** Like `runWorld`, for an image. */
export async function runImage(
  image: SystemImage,
  arrange: (tools: Tools) => void,
  options: WorldRunOptions = {},
): Promise<WorldRun> {
  const notes: { atMs: number; what: string }[] = [];
  const clients = new Map<string, Client>();
  const problems: string[] = [];
  const { seed = '0x1', nodes = 1, untilMs = 120_000, choices = {} } = options;
  const world = new World({
    seed,
    choices,
    nodes,
    engine,
    circumstances: options.circumstances,
    image,
    configuration: null,
    detailed: true,
    // No test of a world reads paths, and a stack for each record takes half of the time of a run.
    keepsPaths: false,
    stepsMax: 200_000,
    onEscape: () => undefined,
    env: options.env,
    onNeverListened: (_node, problem) => problems.push(problem),
  });
  const { kernel } = world;
  let faults = 0;
  const tools: Tools = {
    world,
    get nowMs() {
      return kernel.nowMs;
    },
    note: (what) => void notes.push({ atMs: kernel.nowMs, what }),
    at: (ms, act) => void kernel.scheduleAt(ms * 1000, TEST, () => void act()),
    dial: async (name, node = 'node-1', options = {}) => {
      const client = clients.get(name) ?? new Client(name);
      clients.set(name, client);
      const socket = await world.network.connect(client, node, options);
      tools.note(`${name} open`);
      socket.onmessage = (event) => tools.note(`${name} got ${String(event.data)}`);
      socket.onclose = (event) => tools.note(`${name} closed ${event.code} ${event.reason ?? ''}`.trim());
      return socket;
    },
    fault: (kind, target, atMs, durationMs = 0, rate = 1, connection = undefined) => {
      faults += 1;
      scheduleFault(world, { id: `fault-${faults}`, kind, target, atMs, durationMs, rate, connection }, untilMs);
    },
  };
  for (const node of world.nodes.values()) node.start();
  arrange(tools);
  kernel.scheduleAt(untilMs * 1000, TEST, () => kernel.stop());
  const end = await world.run();
  return { world, end, records: world.recorder.kept(), notes, problems, digest: world.recorder.digest };
}

/** What was noted, without the times. */
export function said(run: WorldRun): string[] {
  return run.notes.map(({ what }) => what);
}

/** When something was noted first, in milliseconds of virtual time. */
export function whenSaid(run: WorldRun, what: string): number {
  const note = run.notes.find((candidate) => candidate.what === what);
  if (note === undefined) throw new Error(`never noted: ${what}; noted: ${said(run).join(', ')}`);
  return note.atMs;
}
