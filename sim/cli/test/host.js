// @ts-check
/**
 * Runs one command after the other in this process, each with its own arguments, folder and output.
 * A short command spends most of its time on loading modules, which happens only once here.
 *
 * Messages: `{ parameters, folder, environment }` in, `{ code, stdout, stderr }` out, in the same
 * order.
 */
import { syncBuiltinESMExports } from 'node:module';
import os from 'node:os';
import { Writable } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import threads from 'node:worker_threads';
import { ReusedWorker } from './reused-worker.js';

const launcher = fileURLToPath(new URL('../../start.js', import.meta.url));
// As on a machine with one core: every worker thread loads the simulator.
os.availableParallelism = () => 1;
threads.Worker = /** @type {typeof threads.Worker} */ (/** @type {unknown} */ (ReusedWorker));
syncBuiltinESMExports();

let main = '';
let runs = 0;
let last = Promise.resolve();

/** @param {'stdout' | 'stderr'} name */
function capture(name) {
  let text = '';
  const stream = new Writable({
    write: (data, _encoding, done) => {
      text += data.toString();
      done();
    },
  });
  Object.defineProperty(process, name, { value: stream, configurable: true });
  return () => text;
}

/**
 * @typedef {{ parameters: string[], folder: string, environment: Record<string, string> }} Command
 */

/** @param {Command} command */
async function run({ parameters, folder, environment }) {
  const [stdout, stderr] = [capture('stdout'), capture('stderr')];
  process.chdir(folder);
  process.exitCode = undefined;
  const inherited = { ...process.env };
  Object.assign(process.env, environment);
  if (main === '') {
    process.argv = [process.execPath, launcher, ...parameters];
    await import(pathToFileURL(launcher).href);
    main = process.argv[1] ?? '';
  } else {
    runs += 1;
    process.argv = [process.execPath, main, ...parameters];
    // A new instance of the entry alone, which finds the modules that it imports loaded.
    await import(`${pathToFileURL(main).href}?run=${runs}`);
  }
  const code = process.exitCode ?? 0;
  process.exitCode = undefined;
  for (const name of Object.keys(environment)) delete process.env[name];
  Object.assign(process.env, inherited);
  process.send?.({ code, stdout: stdout(), stderr: stderr() });
}

process.on('message', (/** @type {Command} */ command) => {
  last = last.then(() => run(command));
});
process.on('disconnect', () => process.exit());
