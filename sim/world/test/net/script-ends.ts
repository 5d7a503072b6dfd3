/** Runs scripts of a contract on real sockets, with any version of Node. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ScriptEnd } from './entry.ts';

/** On a busy machine a real timer may be so late that a script takes another course. */
const ATTEMPTS = 3;

/** Runs a file with a Node binary. It reads `input` and writes its result, both as JSON. */
export function runWith(node: string, parameters: readonly string[], input: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const options = { env: { PATH: process.env['PATH'] }, maxBuffer: 2 ** 26 };
    const child = execFile(node, parameters, options, (error, written, complaint) => {
      if (error === null) resolve(JSON.parse(written));
      else reject(new Error(complaint, { cause: error }));
    });
    child.stdin?.end(JSON.stringify(input));
  });
}

export const pathOf = (file: string): string => fileURLToPath(new URL(file, import.meta.url));

export function realEnds(node: string, prelude: string, texts: readonly string[]): Promise<ScriptEnd[]> {
  return runWith(node, [pathOf('real-scripts.js')], [prelude, texts]) as Promise<ScriptEnd[]>;
}

export function isSame(left: ScriptEnd | undefined, right: ScriptEnd | undefined): boolean {
  return JSON.stringify(left) === JSON.stringify(right);
}

/** The real end of a script: the given one, or that of another attempt if it equals `simulated`. */
export async function realEnd(
  again: () => Promise<ScriptEnd[]>,
  given: ScriptEnd | undefined,
  simulated: ScriptEnd | undefined,
): Promise<ScriptEnd | undefined> {
  for (let attempt = 1; attempt < ATTEMPTS && !isSame(given, simulated); attempt += 1) {
    const [end] = await again();
    if (isSame(end, simulated)) return end;
  }
  return given;
}
