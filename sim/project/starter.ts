/**
 * The files of a first simulation: a scenario, a test that runs it, and a system for folders that
 * have none. docs/ticker shows the same system with a property that its author wrote.
 */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { findSystem, type FoundSystem } from './find-system.ts';

export interface StarterFile {
  readonly name: string;
  readonly text: string;
}

export interface Starter {
  /** The module that is simulated, relative to the folder. */
  readonly system: string;
  readonly scenario: string;
  readonly files: readonly StarterFile[];
}

/** For a folder. Throws the file system's error. */
export function starterFor(folder: string): Starter {
  const own = findSystem(folder);
  const system = own?.file ?? newName(folder);
  const base = path.posix.basename(system).replace(/\.[cm]?[jt]sx?$/, '');
  const scenario = `${base}.sim.ts`;
  return {
    system,
    scenario,
    files: [
      ...(own === null ? [{ name: system, text: SYSTEM }] : []),
      { name: scenario, text: scenarioText(system, own?.kind ?? 'start') },
      { name: `${base}.sim.test.ts`, text: testText(scenario) },
    ],
  };
}

function newName(folder: string): string {
  const names = readdirSync(folder);
  return ['ticker.ts', 'seedstorm-ticker.ts'].find((name) => !names.includes(name)) ?? 'ticker.ts';
}

const SYSTEM = `/** The system: it sends each visitor a tick per second while the connection is open. */
import type { StartSystem } from 'seedstorm';

export const start: StartSystem = (node) => {
  node.listen((socket) => {
    const timer = setInterval(() => socket.send('tick'), 1000);
    socket.on('close', () => clearInterval(timer));
  });
  return {};
};
`;

/** Shown where the server may expect more than a connection to its root. */
const ABOUT_CONNECT = `        // Another path, headers, subprotocols: connect(undefined, { url, headers, protocols }).
        // A client library, such as socket.io-client, connects to http://node-1:3000 instead.
`;

function scenarioText(system: string, kind: FoundSystem['kind']): string {
  return `/** Who uses the system, and what must hold whatever fails. */
import { defineScenario, nothingLeaks } from 'seedstorm';

export default defineScenario({
  system: './${system}',
  actors: {
    visitor: {
      async visit({ connect, integer, sleep }) {
${kind === 'main' ? ABOUT_CONNECT : ''}        const socket = await connect();
        await sleep(integer('stayMs', 10, 3000));
        socket.close();
      },
    },
  },
  properties: [nothingLeaks()],
});
`;
}

function testText(scenario: string): string {
  return `import { simulate } from 'seedstorm/vitest';

simulate('./${scenario}');
`;
}
