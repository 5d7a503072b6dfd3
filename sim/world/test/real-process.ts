/** Runs a program of the contract of processes with Node. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import path from 'node:path';
import type { Program, ProgramEnd } from './process-entry.ts';

export async function realProcess({ text, signal, isModule = false }: Program): Promise<ProgramEnd> {
  const folder = mkdtempSync(path.join(tmpdir(), 'process-'));
  const file = path.join(folder, isModule ? 'program.mjs' : 'program.cjs');
  writeFileSync(file, text);
  // Without the options and variables of the test runner.
  const child = spawn(process.execPath, [file], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { PATH: process.env['PATH'] },
  });
  let written = '';
  let isSignalled = signal === undefined;
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    written += chunk;
    if (isSignalled || !written.includes('ready\n')) return;
    isSignalled = true;
    child.kill(signal);
  });
  const [code, killedBy] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  rmSync(folder, { recursive: true });
  return {
    lines: written.split('\n').filter((line) => line !== ''),
    code: code ?? 128 + constants.signals[killedBy as NodeJS.Signals],
  };
}
