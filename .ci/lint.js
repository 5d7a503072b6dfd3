// @ts-check
/** Runs formatter, linter and compiler side by side. Prints their output when all have ended. */
import { spawn } from 'node:child_process';

const checks = [
  ['eslint', '--max-warnings', '0', '.'],
  ['tsc', '--noEmit'],
  ['tsc', '--noEmit', '-p', 'sim/page/browser'],
  ['prettier', '--check', '--log-level', 'warn', '.'],
];

// npm has put the folder of these programs on the PATH.
const results = await Promise.all(
  checks.map(
    ([program = '', ...parameters]) =>
      new Promise((resolve) => {
        let output = '';
        const child = spawn(program, parameters, {
          stdio: ['ignore', 'pipe', 'pipe'],
          shell: process.platform === 'win32',
        });
        for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (output += String(data)));
        child.on('error', (error) => resolve({ program, code: 1, output: String(error) }));
        child.on('close', (code) => resolve({ program, code, output }));
      }),
  ),
);

for (const { program, code, output } of results) {
  if (code === 0 && output === '') continue;
  process.stderr.write(`${program} ended with ${code}\n${output}\n`);
  if (code !== 0) process.exitCode = 1;
}
