/**
 * Runs the same programs with Node and in the simulation: what they write, and how they end.
 */
import { describe, expect, it } from 'vitest';
import { PROCESS_CONTRACT } from './test/process-contract.ts';
import type { Program, ProgramEnd } from './test/process-entry.ts';
import { realProcess } from './test/real-process.ts';
import { runMain } from './test/run-main.ts';

const programOf = (program: string | Program): Program => (typeof program === 'string' ? { text: program } : program);

async function simulatedProcess({ text, signal }: Program): Promise<ProgramEnd> {
  const { exits, output } = await runMain(text, (tools) => {
    if (signal !== undefined) tools.at(200, () => tools.world.nodes.get('node-1')?.stop(() => undefined));
  });
  return {
    lines: output.flatMap((line) => (line.startsWith('stdout ') ? [line.slice('stdout '.length)] : [])),
    code: exits[0]?.code ?? -1,
  };
}

describe('a simulated process', () => {
  it.each(PROCESS_CONTRACT)('%s', async (_, program, end) => {
    expect(await simulatedProcess(programOf(program))).toEqual(end);
  });
});

/** Node takes a second to start on a busy machine. */
const NODE_MS = 60_000;

describe('a process of Node', () => {
  it.concurrent.each(PROCESS_CONTRACT)(
    '%s',
    async (_, program, end) => {
      expect(await realProcess(programOf(program))).toEqual(end);
    },
    NODE_MS,
  );
});
