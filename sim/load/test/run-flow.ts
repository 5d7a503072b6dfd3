/**
 * Runs programs of the folder `flows`, each with unmodified packages: in the simulation, and with
 * Node on a real Redis. A program prints lines and ends when it has closed its connections.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import type { NodeRecord, RunRecord } from '../../kernel/record.ts';
import type { Seed } from '../../kernel/seed.ts';
import type { RealRedis } from '../../redis/test/real-redis.ts';
import { NodeProcess } from '../../world/node-process.ts';
import { runImage, type Tools } from '../../world/test/run-world.ts';
import type { World } from '../../world/world.ts';
import { type Project, project } from './project.ts';

const FOLDER = fileURLToPath(new URL('./flows/', import.meta.url));
const UNTIL_MS = 60_000;
const PAUSE_MS = 50;

export interface Flow {
  /** The file, without its extension. */
  readonly program: string;
  /** Files that the program imports, by the name it uses: `{ client: 'ioredis' }`. */
  readonly parts?: Readonly<Record<string, string>>;
  /** Packages that the program imports, and other names of theirs: `bullmq-5 as bullmq`. */
  readonly packages: readonly string[];
}

export interface FlowRun {
  readonly lines: readonly string[];
  /** Null if the program never ended. */
  readonly exitCode: number | null;
  /** Of a simulated run. */
  readonly digest?: string;
}

/** The lines that a flow prints, wherever it runs. */
export function expectedOf({ program }: Flow): readonly string[] {
  return linesOf(readFileSync(path.join(FOLDER, `${program}.txt`), 'utf8'));
}

/** A project with all files of the folder, which is removed at the end of the test. */
export function projectOf({ program, parts = {}, packages }: Flow): Project {
  const files = readdirSync(FOLDER).filter((file) => file.endsWith('.js'));
  const texts = new Map(files.map((file) => [file, readFileSync(path.join(FOLDER, file), 'utf8')]));
  for (const [name, file] of Object.entries(parts)) texts.set(`${name}.js`, texts.get(`${file}.js`) ?? '');
  texts.set('main.js', `import './${program}.js';`);
  return project(Object.fromEntries(texts), packages);
}

/** Runs a flow in the simulation any number of times. */
export async function simulatedFlow(project: Project): Promise<(seed: Seed) => Promise<FlowRun>> {
  let world: World | null = null;
  const current = () => (world?.kernel.current instanceof NodeProcess ? world.kernel.current : null);
  const image = await project.image(current, { entry: './main.js' });
  return async (seed) => {
    const arrange = (tools: Tools): void => {
      world = tools.world;
      for (let atMs = 0; atMs < UNTIL_MS; atMs += PAUSE_MS) tools.at(atMs, () => stopIfEnded(tools.world));
    };
    const { end, records, digest } = await runImage(image, arrange, { seed, untilMs: UNTIL_MS });
    if (end.why === 'threw' || end.why === 'rejected') throw end.reason;
    const exit = records.find((record) => record.type === 'node' && record.exit !== undefined) as
      NodeRecord | undefined;
    return { lines: records.flatMap(lineIn), exitCode: exit?.exit?.code ?? null, digest };
  };
}

/** A program that has ended would be started again. */
function stopIfEnded(world: World): void {
  if (world.nodes.get('node-1')?.process === null) world.kernel.stop();
}

function lineIn(record: RunRecord): string[] {
  return record.type === 'probe' && record.name === 'sim.output' ? [String(record.fields['line'])] : [];
}

/** Runs a flow with Node, and removes its keys. */
export async function realFlow(project: Project, { url }: RealRedis): Promise<FlowRun> {
  const prefix = path.basename(project.folder);
  // Without the options and variables of the test runner.
  const env = { PATH: process.env['PATH'], NODE_ENV: 'production', REDIS_URL: url, RUN: prefix };
  const child = spawn(process.execPath, ['main.js'], {
    cwd: project.folder,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const timeout = setTimeout(() => child.kill('SIGKILL'), UNTIL_MS);
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  clearTimeout(timeout);
  const redis = new Redis(url);
  const keys = await redis.keys(`*${prefix}*`);
  if (keys.length > 0) await redis.del(keys);
  redis.disconnect();
  return { lines: linesOf(text), exitCode };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
