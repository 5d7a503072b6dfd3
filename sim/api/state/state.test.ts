/** The state of a system is read at every step, and reading it changes nothing. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { replay, type ReplayOutcome } from '../../index.ts';
import { Workplace } from '../../cli/test/command.ts';
import { stateOfNodes } from './state-run.ts';

const SYSTEM = `
import type { ServerSocket, StartSystem } from 'seedstorm';

export let answers = 0;
let inspections = 0;

class Base {
  #hidden = 'base';
  get loud(): string {
    throw new Error('a getter ran');
  }
}

class Room extends Base {
  readonly #words = new Map<string, { count: number }>();
  self = this;
  add(word: string): void {
    const known = this.#words.get(word);
    if (known === undefined) this.#words.set(word, { count: 1 });
    else known.count += 1;
  }
}

export const start: StartSystem = (node) => {
  const room = new Room();
  const sockets = new Set<ServerSocket>();
  node.listen((socket) => {
    sockets.add(socket);
    socket.on('message', (data: Buffer) => {
      room.add(data.toString());
      answer(socket, data.toString());
    });
    socket.on('close', () => sockets.delete(socket));
  });
  return { inspect: () => ({ open: sockets.size, inspections: (inspections += 0) }) };
};

function answer(socket: ServerSocket, text: string): void {
  answers += 1;
  if (socket.readyState === socket.OPEN) socket.send(text);
}
`;

let place: Workplace;
let file = '';
let whole: ReplayOutcome;

beforeAll(async () => {
  place = new Workplace();
  place.write('system.ts', SYSTEM);
  file = await place.saveReplay();
  whole = await replay(file, {
    folder: place.folder,
    state: { from: 1, until: 1_000_000 },
    lastChange: 'Room.1.#words["plum"]',
  });
});

afterAll(() => place.remove());

test('changes of private fields, variables and tables are found at their step', () => {
  const { report, state, lastChange } = whole;
  const changes = state?.changes ?? [];
  const heard = report?.records?.find(
    (record) =>
      record.type === 'frame' && record.direction === 'up' && record.phase === 'delivered' && record.text === 'plum',
  );
  const atStep = changes.filter(({ step }) => step === heard?.step);
  expect(atStep).toContainEqual({
    step: heard?.step,
    path: 'node-1/Room.1.#words["plum"].count',
    before: null,
    after: '1',
  });
  expect(atStep.find(({ path }) => path === 'node-1/system.ts/answers')).toBeDefined();
  expect(changes.find(({ path }) => path === 'node-1/sockets.1')?.after).toBe('Set(0)');
  expect(changes.filter(({ path, after }) => path === 'node-1/inspect().open' && after === '1')).not.toEqual([]);
  expect(changes.find(({ path }) => path === 'node-1/Room.1.#hidden')?.after).toBe('"base"');
  expect(changes.find(({ path }) => path === 'node-1/Room.1.self')?.after).toBe('@Room.1');
  expect(changes.filter(({ path }) => path.includes('loud'))).toEqual([]);
  expect(lastChange?.step).toBe(changes.filter(({ path }) => path.includes('plum')).at(-1)?.step);
  expect(state?.until).toBe(report?.steps);
});

test('a value has one change at a step, and what was after it is before the next', () => {
  const { state } = whole;
  const values = new Map<string, string | null>(state?.before);
  for (const { path, before, after } of state?.changes ?? []) {
    expect([path, values.get(path) ?? null]).toEqual([path, before]);
    expect(after).not.toBe(before);
    values.set(path, after);
  }
  expect(values.size).toBeGreaterThan(5);
});

test('the command prints records and changes of the steps', async () => {
  const { code, stdout } = await place.run('replay', file, '--last-change', 'answers');
  expect(stdout).toMatch(/^answers changed last in step \d+:\n.*"?plum/);
  expect(stdout).toMatch(/node-1\/system.ts\/answers +\d+ → \d+/);
  expect(code).toBe(1);
  const json = JSON.parse((await place.run('replay', file, '--state', '1..3', '--json')).stdout) as {
    state: { from: number; until: number; changes: unknown[] };
  };
  expect(json.state).toMatchObject({ from: 1, until: 3 });
});

test('--only selects nodes, with all of their processes', async () => {
  const paths = ['node-1/Room.1.#a', 'node-1.2/src/rooms.ts/b', 'node-10/Room.1.#a', 'node-2/inspect().c'];
  const change = (path: string) => ({ step: 1, path, before: null, after: '1' });
  const all = { from: 1, until: 1, before: new Map(paths.map((path) => [path, '1'])), changes: paths.map(change) };
  const own = stateOfNodes(all, ['node-1', 'client-1']);
  expect([...own.before.keys()]).toEqual(paths.slice(0, 2));
  expect(own.changes.map(({ path }) => path)).toEqual(paths.slice(0, 2));
  expect(stateOfNodes(all, undefined)).toBe(all);
  const { stdout } = await place.run('replay', file, '--state', '1..999', '--only', 'node-1');
  expect(stdout).toMatch(/node-1\/sockets\.1 {2}Set\(0\) → Set\(1\)/);
});

test.each([
  [['--state', '1', '--only', 'client-1'], '--only: --state is of nodes (expected any of: node-1'],
  [['--state', '0'], 'invalid steps 0'],
  [['--state', '7..3'], 'invalid steps 7..3'],
  [['--state', '999999'], 'the run ends at step'],
  [['--last-change', 'Rooms'], 'no value is called Rooms'],
  [['--last-change', 'nope.words'], 'similar: node-1/Room.1.#words'],
])('%j is refused', async (flags, message) => {
  const { code, stderr } = await place.run('replay', file, ...flags);
  expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining(message) as string });
});
