/**
 * The files of a first simulation: a scenario, a test that runs it, and a system for folders that
 * have none. docs/ticker shows the same system with a property that its author wrote.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

export interface StarterFile {
  readonly name: string;
  readonly text: string;
}

export interface Starter {
  /** The module that exports `start`, as the folder names it. */
  readonly system: string;
  readonly scenario: string;
  readonly files: readonly StarterFile[];
}

const SOURCE = /\.[cm]?[jt]sx?$/;
const NOT_A_SYSTEM = /\.(?:test|spec|sim|config|d)\.[cm]?[jt]sx?$/;
const EXPORTS_START =
  /^export\s+(?:async\s+)?(?:function\*?|const|let|var)\s+start\b|^export\s*\{[^}]*\bstart\s*(?:,|\})/m;

/** For a folder. Throws the file system's error. */
export function starterFor(folder: string): Starter {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
  const own = systemAmong(folder, names);
  const system = own ?? ['ticker.ts', 'seedstorm-ticker.ts'].find((name) => !names.includes(name)) ?? 'ticker.ts';
  const base = system.replace(SOURCE, '');
  const scenario = `${base}.sim.ts`;
  return {
    system,
    scenario,
    files: [
      ...(own === null ? [{ name: system, text: SYSTEM }] : []),
      { name: scenario, text: scenarioText(system) },
      { name: `${base}.sim.test.ts`, text: testText(scenario) },
    ],
  };
}

function systemAmong(folder: string, names: readonly string[]): string | null {
  const sources = names.filter((name) => SOURCE.test(name) && !NOT_A_SYSTEM.test(name)).sort();
  return sources.find((name) => EXPORTS_START.test(readFileSync(path.join(folder, name), 'utf8'))) ?? null;
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

function scenarioText(system: string): string {
  return `/** Who uses the system, and what must hold whatever fails. */
import { defineScenario, nothingLeaks } from 'seedstorm';

export default defineScenario({
  system: './${system}',
  actors: {
    visitor: {
      async visit({ connect, integer, sleep }) {
        const socket = await connect();
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
