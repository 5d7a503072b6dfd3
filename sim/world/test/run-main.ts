/** Runs a main module that a test gives as text in a simulated world of one node. */
import { createBuiltins } from '../../ambient/builtins/builtins.ts';
import { createNamespaces } from '../../ambient/builtins/namespaces.ts';
import { createGlobals, GLOBAL_NAMES_SIMULATED } from '../../ambient/globals.ts';
import type { NodeRecord, ProcessExitFields } from '../../kernel/record.ts';
import type { AmbientHost, LoadedSystem } from '../../system/image.ts';
import type { NodeProcess } from '../node-process.ts';
import type { Web } from '../../ambient/web/names.ts';
import { type Tools, type WorldRun, runImage, type WorldRunOptions } from './run-world.ts';

export interface MainRun extends WorldRun {
  /** What all processes wrote: `stdout one`, in order. */
  readonly output: readonly string[];
  /** How the processes of node-1 ended, in order. */
  readonly exits: readonly (ProcessExitFields & { readonly phase: NodeRecord['phase'] })[];
}

/** `current` returns the host of the process that runs. */
export type CreateWeb = (current: () => AmbientHost | null) => Web;

type Main = (...values: unknown[]) => Promise<void>;

const example: Main = async () => {
  await Promise.resolve();
};
const AsyncFunction = Object.getPrototypeOf(example).constructor as new (...texts: string[]) => Main;

/**
 * The text may use the simulated globals, `require` for Node's modules, and top-level await.
 * Without `createWeb`, `fetch` is refused.
 */
export function mainImage(text: string, createWeb?: CreateWeb): (host: AmbientHost) => LoadedSystem {
  const main = new AsyncFunction(...GLOBAL_NAMES_SIMULATED, 'require', text);
  let current: AmbientHost | null = null;
  const web = createWeb?.(() => current);
  return (host) => ({
    kind: 'main',
    file: '/app/main.js',
    run: () => {
      current = host;
      const asyncContext = { used: false };
      const globals = createGlobals(host, { watchTables: false, asyncContext, web });
      const requireOwn = (name: string): unknown => builtins.require(name);
      const namespaces = createNamespaces();
      const builtins = createBuiltins({ host, globals, asyncContext, requireOwn, namespaces });
      return main(...GLOBAL_NAMES_SIMULATED.map((name) => globals.get(name)), requireOwn);
    },
  });
}

export async function runMain(
  text: string,
  arrange: (tools: Tools) => void = () => undefined,
  { createWeb, ...options }: WorldRunOptions & { readonly createWeb?: CreateWeb | undefined } = {},
): Promise<MainRun> {
  const image = { codeHash: '', instantiate: mainImage(text, createWeb) };
  const run = await runImage(image, arrange, { untilMs: 500, ...options });
  const output = run.records.flatMap((record) =>
    record.type === 'probe' && record.name === 'sim.output'
      ? [`${String(record.fields['stream'])} ${String(record.fields['line'])}`]
      : [],
  );
  const exits = run.records.flatMap((record) =>
    record.type === 'node' && record.node === 'node-1' && record.exit !== undefined
      ? [{ ...record.exit, phase: record.phase }]
      : [],
  );
  return { ...run, output, exits };
}

/** The current process of node-1. */
export function firstProcess({ world }: Tools): NodeProcess {
  const process = world.nodes.get('node-1')?.process;
  if (process === null || process === undefined) throw new Error('node-1 is down');
  return process;
}
