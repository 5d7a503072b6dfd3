/**
 * Reports name lines of the sources. Records, digests and texts of failures do not, so that they
 * stay the same when lines move.
 */
import path from 'node:path';
import { expect, test } from 'vitest';
import { Workplace } from '../cli/test/command.ts';
import { project } from '../load/test/project.ts';
import { run } from './run.ts';

const SCENARIO = `import { defineScenario } from 'seedstorm';
export default defineScenario({
  name: 'lines',
  system: './system.ts',
  nodesMax: 1,
  faults: [],
  actors: {
    visitor: {
      async visit({ connect, sleep }) {
        const socket = await connect('node-1').catch(() => null);
        socket?.send('hello');
        await sleep(300);
        socket?.close();
      },
    },
  },
  properties: [],
});
`;

/** `body` is that of the function that receives a message. */
const system = (body: string): string => `import type { StartSystem } from 'seedstorm';

interface Message {
  readonly text: string;
}

export const start: StartSystem = (node) => {
  node.listen((socket) => {
    socket.on('message', (data) => receive({ text: String(data) }));
  });
  return {};
};

function receive({ text }: Message): void {
  ${body}
}
`;

/** The failure of the scenario, whose sources begin with these lines. */
async function failureOf(body: string, before = '') {
  const made = project({ 'scenario.ts': before + SCENARIO, 'system.ts': before + system(body) });
  const scenario = path.join(made.folder, 'scenario.ts');
  const { findings } = await run(scenario, { seeds: 5, seedStart: '0x1', bail: 1, shrinkMs: 0 });
  const [finding] = findings;
  if (finding === undefined) throw new Error('everything held');
  return finding;
}

const ADDED = '// One.\n// Two.\n';

test('a crash has the line that threw, and moving it changes nothing else', async () => {
  const body = "if (text === 'hello') throw new RangeError('too polite');";
  const crash = await failureOf(body);
  const moved = await failureOf(body, ADDED);
  expect(crash.failure.text.split('\n')[0]).toBe('node-1.1 threw: RangeError: too polite, in receive of system.ts');
  expect(crash.lines.join('\n')).toContain('RangeError: too polite, in receive of system.ts:15');
  expect(moved.lines.join('\n')).toContain('RangeError: too polite, in receive of system.ts:17');
  expect([moved.failure.text, moved.digest, moved.records]).toEqual([crash.failure.text, crash.digest, crash.records]);
});

test('an escape has the line of the call', async () => {
  const { failure, lines } = await failureOf(
    'void text; void import("node:dgram").then((dgram) => dgram.createSocket("udp4"));',
  );
  expect(failure.text).toMatch(/, in system\.ts; instead/);
  expect(lines.join('\n')).toContain(', in system.ts:15; instead');
});

test('a timer in an excerpt has the line that started it, a record has not', async () => {
  const { records, lines } = await failureOf('setTimeout(() => {\n    throw new RangeError(text);\n  }, 50);');
  const places = records.flatMap((record) =>
    record.type === 'timer' && record.place !== undefined ? [record.place] : [],
  );
  expect(new Set(places)).toEqual(new Set(['receive in system.ts']));
  expect(lines.join('\n')).toMatch(/timer setTimeout of \S+ \(receive in system\.ts:15\) fired/);
  expect(lines.join('\n')).toContain('RangeError: hello, in function 1 of receive of system.ts:16');
});

test('stacks that a system prints have lines in the trace of a replay', async () => {
  const place = new Workplace();
  try {
    place.write('scenario.ts', SCENARIO);
    place.write('system.ts', system("console.log(new Error(text).stack);\n  throw new Error('after');"));
    await place.run('--seeds', '5', '--seed-start', '0x1', '--bail', '--shrink-time', '200ms', '--quiet');
    const [name = ''] = place.list('replays');
    const { stdout } = await place.run('replay', `replays/${name}`, '--verbose');
    expect(stdout).toMatch(/│ +at receive \(system\.ts:15:15\)/);
    expect(stdout).toContain('Error: after, in receive of system.ts:16');
    expect(stdout).toContain('  at receive in system.ts:16\n');
    expect(stdout).not.toContain('simulated:');
  } finally {
    place.remove();
  }
});
