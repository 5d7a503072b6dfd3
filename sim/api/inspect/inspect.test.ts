/** A replay under the inspector, with a debugger that speaks its protocol. */
import { readFileSync } from 'node:fs';
import { close, open } from 'node:inspector';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workplace } from '../../cli/test/command.ts';
import { replay } from '../replay.ts';
import { debugged, saveFailure } from './test/workplace.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

/** The number of the line with the text. */
const lineOf = (file: string, text: string): number =>
  readFileSync(path.join(place.folder, file), 'utf8')
    .split('\n')
    .findIndex((line) => line.includes(text)) + 1;

/** A visit before the crash of the node, and one after it that the variant does not answer. */
const CRASH = { kind: 'node-crash', target: 'node-1', atMs: 1000, durationMs: 500 } as const;

describe('a system with start', () => {
  beforeEach(() => place.edit('scenario.ts', "faults: ['client-stall', 'connection-loss']", "faults: ['node-crash']"));

  const twice = {
    variant: 'silent',
    operations: [
      { name: 'connect', arguments: {}, atMs: 100 },
      { name: 'say', arguments: { word: 'apple' }, atMs: 500 },
      { name: 'connect', arguments: {}, atMs: 3000 },
      { name: 'say', arguments: { word: 'plum' }, atMs: 3500 },
    ],
    faults: [CRASH],
  };

  test('stops in the first step, and at a breakpoint in a variant in each process of a node', async () => {
    const { id, digest } = await saveFailure(place, 'client-1', twice);
    const { debugger: client, stderr, ended } = await debugged(place, ['replay', id, '--inspect', '--json']);
    const answer = lineOf('system.ts', 'socket.send(text)');
    await client.breakAt('system.ts', answer);
    await client.begin();
    const first = await client.nextStop();
    expect(first?.at).toBe(`system.ts:${lineOf('system.ts', 'export const start')}`);
    const inFirst = await client.resume();
    const inSecond = await client.resume();
    expect([inFirst?.at, inSecond?.at]).toEqual([`answer system.ts:${answer}`, `answer system.ts:${answer}`]);
    expect(inSecond && (await client.evaluate(inSecond, 'text'))).toBe('plum');
    const [script] = client.scripts.filter(({ url }) => url === 'simulated:system.js');
    const shown = script?.payload.sourcesContent?.at(-1);
    expect(shown?.split('\n')[answer - 1]).toContain("text !== 'plum'");
    expect(await client.resume()).toBeNull();
    const { code, stdout } = await ended;
    expect(JSON.parse(stdout)).toMatchObject({ verdict: 'exact', digest });
    expect([code, stderr()]).toEqual([1, expect.stringContaining('attach VS Code to port') as string]);
  });
});

/** A server that is deployed as it is: it opens its own port. */
const SERVER = `import http from 'node:http';
import { WebSocketServer, type WebSocket } from 'ws';

interface Greeting {
  readonly name: string;
}

let greeted = 0;
const server = http.createServer();
const sockets = new WebSocketServer({ server });
sockets.on('connection', (socket: WebSocket) => {
  socket.on('message', (data) => void greet(socket, { name: String(data) }));
});
server.listen(3000);

async function greet(socket: WebSocket, { name }: Greeting): Promise<void> {
  greeted += 1;
  await Promise.resolve();
  socket.send(\`hello \${name}\`);
}
`;

const SCENARIO = `import { defineScenario, type Property } from 'seedstorm';

const answered: Property = {
  id: 'answered',
  description: 'Each visitor is greeted.',
  kind: 'always',
  checker: ({ check }) => {
    let waiting = false;
    return {
      observe(record) {
        if (record.type !== 'frame' || record.kind !== 'text') return;
        if (record.direction === 'up' && record.phase === 'delivered') waiting = true;
        if (record.direction === 'down' && record.phase === 'sent') waiting = false;
      },
      quiescent() {
        check(!waiting, { subject: 'silence', text: 'no greeting' });
      },
    };
  },
};

export default defineScenario({
  name: 'greeter',
  system: './server.ts',
  nodesMax: 1,
  faults: ['node-crash'],
  chaosMs: { min: 2000, max: 6000 },
  actors: {
    visitor: {
      async visit({ connect, sleep }) {
        const socket = await connect('node-1');
        socket.send('you');
        await sleep(100);
        socket.close();
      },
    },
  },
  properties: [answered],
  variants: [
    { id: 'rude', edits: [{ file: './server.ts', find: '  socket.send(\`hello', put: '  if (greeted < 2) return;\\n  socket.send(\`hello' }] },
  ],
});
`;

describe('a main module', () => {
  beforeEach(() => {
    place.write('server.ts', SERVER);
    place.write('scenario.ts', SCENARIO);
    place.link('ws');
  });

  test('stops in the given step, not in a checker, and at a breakpoint in a variant', async () => {
    const rude = { variant: 'rude', operations: [{ name: 'visit', arguments: {}, atMs: 3000 }], faults: [CRASH] };
    const { id, digest, step } = await saveFailure(place, 'visitor-1', rude);
    const { debugger: client, ended } = await debugged(place, ['replay', id, `--inspect=${step}`, '--json']);
    const end = lineOf('server.ts', '  socket.send(`hello');
    await client.breakAt('server.ts', end);
    await client.begin();
    // The checker observes the message first.
    const delivered = await client.nextStop();
    expect(delivered?.at).toBe(`server.ts:${lineOf('server.ts', "socket.on('message'")}`);
    const edited = await client.resume();
    expect([edited?.at, edited && (await client.evaluate(edited, 'greeted'))]).toEqual([`greet server.ts:${end}`, '1']);
    expect(await client.resume()).toBeNull();
    const { code, stdout } = await ended;
    expect([code, JSON.parse(stdout)]).toEqual([1, expect.objectContaining({ verdict: 'exact', digest })]);
  });
});

describe('without a debugger', () => {
  beforeEach(() => place.edit('scenario.ts', "faults: ['client-stall', 'connection-loss']", "faults: ['node-crash']"));

  const once = {
    variant: 'silent',
    operations: [
      { name: 'connect', arguments: {}, atMs: 100 },
      { name: 'say', arguments: { word: 'plum' }, atMs: 500 },
    ],
    faults: [],
  };

  test('an inspector that is open already is used without waiting, and nothing stops', async () => {
    const { id, digest } = await saveFailure(place, 'client-1', once);
    open(0, '127.0.0.1');
    try {
      const { verdict, report } = await replay(id, { folder: place.folder, inspect: true });
      expect([verdict, report?.digest]).toEqual(['exact', digest]);
      expect(Reflect.ownKeys(globalThis)).not.toContain('__seedstormStop');
      const late = replay(id, { folder: place.folder, inspect: 1000 });
      await expect(late).rejects.toThrow(/^step 1000 cannot be inspected: the run ends at step \d+$/);
    } finally {
      close();
    }
  });

  test('a step that the run has not, or that is none, is refused in one line', async () => {
    const { id, step } = await saveFailure(place, 'client-1', once);
    expect(await place.run('replay', id, '--inspect=1000')).toEqual({
      code: 2,
      stdout: '',
      stderr: `seedstorm: step 1000 cannot be inspected: the run ends at step ${step}\n`,
    });
    for (const flags of [['--inspect=0'], ['--inspect', 'soon'], ['--inspect=2', '--inspect=3']]) {
      const { code, stderr } = await place.run('replay', id, ...flags);
      expect([code, stderr]).toEqual([
        2,
        expect.stringMatching(/^seedstorm: option '--inspect \[step\]'.*\n$/) as string,
      ]);
    }
    await expect(replay(id, { folder: place.folder, inspect: true, jobs: 1 })).rejects.toThrow('inspect needs jobs 0');
    await expect(replay(id, { folder: place.folder, inspect: 0 })).rejects.toThrow('options: inspect');
  });
});
