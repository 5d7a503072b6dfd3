/** Runs a server of the examples with Node, on real sockets and a real Redis. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { freePort } from '../../sim/redis/test/real-redis.ts';
import { root } from './repository.ts';

export { type RealRedis, realRedis } from '../../sim/redis/test/real-redis.ts';

/** Inside the repository, so that the server finds its packages. */
const CACHE = path.join(root, 'node_modules/.cache');

export class RealServer {
  readonly port: number;
  readonly #folder: string;
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown[]>;

  private constructor(port: number, folder: string, child: ChildProcess) {
    this.port = port;
    this.#folder = folder;
    this.#child = child;
    this.#ended = once(child, 'close');
  }

  /** Node 20 cannot run TypeScript. Resolves when the server has printed its first line. */
  static async start(entry: URL, variables: Readonly<Record<string, string>>): Promise<RealServer> {
    mkdirSync(CACHE, { recursive: true });
    const folder = mkdtempSync(path.join(CACHE, 'server-'));
    const outfile = path.join(folder, 'server.mjs');
    await build({
      entryPoints: [entry.pathname],
      outfile,
      bundle: true,
      format: 'esm',
      platform: 'node',
      packages: 'external',
      logLevel: 'silent',
    });
    const port = await freePort();
    // Without the options and variables of the test runner.
    const env = { PATH: process.env['PATH'], PORT: String(port), ...variables };
    const child = spawn(process.execPath, [outfile], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const server = new RealServer(port, folder, child);
    const lines = createInterface({ input: child.stdout });
    const first = await Promise.race([once(lines, 'line').then(() => 'ready'), server.#ended]);
    if (first !== 'ready') throw new Error(`${entry.pathname} ended with ${String(first[0])} before it was ready`);
    return server;
  }

  /** Stops the server as an orchestrator does. Resolves to its exit code and the signal. */
  async stop(): Promise<unknown[]> {
    this.#child.kill('SIGTERM');
    const ended = await this.#ended;
    rmSync(this.#folder, { recursive: true, force: true });
    return ended;
  }
}
