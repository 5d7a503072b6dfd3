/**
 * A send fails because the connection was reset. Then a step of a teardown throws, and the cleanup
 * behind it is skipped.
 */
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RUNS_LONG_TESTS } from '../cli/test/long.ts';
import { formatSeed } from '../kernel/seed.ts';
import { bundleSystem } from '../load/bundle.ts';
import { Project } from '../load/test/project.ts';
import { simulatorEntry } from '../project/simulator.ts';
import { RunResources } from '../run/execute-run.ts';
import { type LoadedScenario, runJob } from '../search/run-job.ts';
import { ImageLoader } from './load-image.ts';

/** The first of them finds the mistake. */
const SEEDS = RUNS_LONG_TESTS ? 20 : 5;

const images = new ImageLoader(new RunResources());
const projects: Project[] = [];
afterAll(() => {
  for (const project of projects) project.remove();
});

/** A failed send gives the seat back at once, and the end of the connection does so again. */
const SEATS = `
const seats = new Set();
const release = (socket) => {
  if (!seats.delete(socket)) throw new Error('the seat was given back twice');
};
const serve = (socket) => {
  seats.add(socket);
  socket.on('error', () => undefined);
  const beat = setInterval(() => socket.send('beat', (error) => {
    if (error && seats.has(socket)) release(socket);
  }), 20);
  socket.on('close', () => {
    try {
      release(socket);
      clearInterval(beat);
    } catch (error) {
      console.error(error.message);
    }
  });
};`;

const CLEANED_UP = SEATS.replace('clearInterval(beat);', '').replace(
  '} catch (error) {\n      console.error(error.message);',
  '} catch (error) {\n      console.error(error.message);\n    } finally {\n      clearInterval(beat);',
);

const LEVELS = {
  'whole frames': (seats: string) => `${seats}
    export const start = (node) => {
      node.webSocketServer().on('connection', serve);
      return {};
    };`,
  TCP: (seats: string) => `
    import { WebSocketServer } from 'ws';
    ${seats}
    new WebSocketServer({ port: Number(process.env.PORT) }).on('connection', serve);`,
};

async function load(server: string): Promise<LoadedScenario> {
  const project = new Project(
    {
      'server.js': server,
      'scenario.ts': `
        import { defineScenario, nothingLeaks } from 'seedstorm';
        export default defineScenario({
          system: './server.js',
          actors: {
            guest: {
              async sit({ connect, sleep }) {
                const socket = await connect();
                await sleep(2000);
                socket.close();
              },
            },
          },
          faults: ['connection-loss'],
          properties: [nothingLeaks()],
        });`,
    },
    ['ws'],
  );
  projects.push(project);
  const scenarioFile = path.join(project.folder, 'scenario.ts');
  return images.load(await bundleSystem({ entry: './server.js', scenarioFile, simulatorEntry }));
}

/** The number and the failure of the first failing seed, or null. */
async function firstFailure(server: string): Promise<string | null> {
  const loaded = await load(server);
  for (let number = 1; number <= SEEDS; number += 1) {
    const { failure } = await runJob(loaded, { kind: 'run', seed: formatSeed(BigInt(number)) }, { nowMs: () => 0 });
    if (failure !== null) return `${number} ${failure.signature}`;
  }
  return null;
}

describe.each(Object.entries(LEVELS))('on %s', (_level, serverOf) => {
  it('finds that a timer outlives its connection', async () => {
    expect(await firstFailure(serverOf(SEATS))).toMatch(/^\d+ nothing-leaks: timer/);
  });

  it('finds nothing when every step runs', async () => {
    expect(CLEANED_UP).not.toBe(SEATS);
    expect(await firstFailure(serverOf(CLEANED_UP))).toBeNull();
  });
});
