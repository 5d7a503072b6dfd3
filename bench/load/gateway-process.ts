/** `npm start` as a child process: its log, its metrics and its memory. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { Inspector } from './inspector.ts';

/** A line of the log. */
export interface LogLine {
  readonly msg?: string;
  readonly port?: number;
  readonly probe?: boolean;
  readonly alert?: boolean;
  readonly name?: string;
  readonly [field: string]: unknown;
}

export class GatewayProcess {
  readonly port: number;
  readonly inspector: Inspector;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess, port: number, inspector: Inspector) {
    this.#child = child;
    this.port = port;
    this.inspector = inspector;
  }

  /** @param onLine receives each line of the log */
  static async start(
    root: string,
    variables: Readonly<Record<string, string>>,
    onLine: (line: LogLine) => void,
  ): Promise<GatewayProcess> {
    const parameters = ['--inspect=127.0.0.1:0', path.join(root, 'sim/start.js'), '--entry', 'core/server.ts'];
    const child = spawn(process.execPath, parameters, {
      cwd: root,
      env: { PATH: process.env['PATH'], PORT: '0', LOG_LEVEL: 'trace', ...variables },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = once(child, 'exit').then(([code]) => {
      throw new Error(`the gateway ended with ${String(code)} before it listened`);
    });
    ended.catch(() => undefined);
    const url = new Promise<string>((resolve) => {
      createInterface({ input: child.stderr }).on('line', (line) => {
        const [found] = /ws:\/\/\S+/.exec(line) ?? [];
        if (found !== undefined) resolve(found);
      });
    });
    const listening = new Promise<number>((resolve) => {
      createInterface({ input: child.stdout }).on('line', (text) => {
        const line = JSON.parse(text) as LogLine;
        if (line.msg === 'listening') resolve(Number(line.port));
        else onLine(line);
      });
    });
    const port = await Promise.race([listening, ended]);
    const inspector = await Inspector.connect(await url);
    await inspector.leaveOutSourceMaps();
    return new GatewayProcess(child, port, inspector);
  }

  /** The gauges of /metrics, by name without `gateway_`. */
  async gauges(): Promise<Readonly<Record<string, number>>> {
    const text = await this.#metrics();
    const gauges = [...text.matchAll(/^# TYPE gateway_(\w+) gauge$/gm)].map(([, name = '']) => name);
    return Object.fromEntries(
      gauges.map((name) => [name, Number(new RegExp(`^gateway_${name} (.*)$`, 'm').exec(text)?.[1])]),
    );
  }

  /** How many connections the gateway has ended with that close code. */
  async closings(closeCode: number): Promise<number> {
    const [, count = '0'] =
      new RegExp(`_closings_total\\{code="${closeCode}"\\} (.*)$`, 'm').exec(await this.#metrics()) ?? [];
    return Number(count);
  }

  async #metrics(): Promise<string> {
    return (await fetch(`http://127.0.0.1:${this.port}/metrics`)).text();
  }

  /** Sends SIGTERM. Resolves to the exit code. */
  async stop(): Promise<number | null> {
    this.inspector.close();
    const ended = once(this.#child, 'exit') as Promise<[number | null]>;
    this.#child.kill('SIGTERM');
    const [code] = await ended;
    return code;
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
