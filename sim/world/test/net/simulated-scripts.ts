/** Runs scripts of the contract of `node:net` and `node:http` as main modules in the simulation. */
import { formatSeed } from '../../../kernel/seed.ts';
import { type CreateWeb, firstProcess, runMain } from '../run-main.ts';
import type { Tools } from '../run-world.ts';
import { PRELUDE, type ScriptEnd } from './entry.ts';

/** How often the end of the process is looked for. */
const CHECK_MS = 20;

/** `number` is the number of the seed. */
export async function simulatedScript(
  text: string,
  number: number,
  { prelude = PRELUDE, createWeb }: { readonly prelude?: string; readonly createWeb?: CreateWeb } = {},
): Promise<ScriptEnd> {
  const { exits, records } = await runMain(`${prelude}\n{\n${text}\n}`, stopAfterFirst, {
    nodes: 1,
    seed: formatSeed(BigInt(number)),
    untilMs: 60_000,
    createWeb,
  });
  const lines = records.flatMap((record) =>
    record.type === 'probe' && record.name === 'sim.output' && record.process === 1
      ? [String(record.fields['line'])]
      : [],
  );
  return { lines, code: exits[0]?.code ?? -1 };
}

/** A node would start its process again. */
function stopAfterFirst(tools: Tools): void {
  const { world } = tools;
  const first = firstProcess(tools);
  const check = (): void => {
    if (world.nodes.get('node-1')?.process !== first) world.kernel.stop();
    else tools.at(tools.nowMs + CHECK_MS, check);
  };
  check();
}
