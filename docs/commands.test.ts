/**
 * The commands, changes and sessions that the documents show are carried out, in a copy of the
 * repository.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { changed, changeIn, type Command, commandsIn, isServer, NOT_RUN, savedId, sooner, withId } from './commands.ts';
import { subprotocol } from '../core/protocol.ts';
import { isAsShown, type Line, linesOf } from './frames.ts';
import { fencesIn } from './markdown.ts';
import { runsLong } from '../sim/cli/test/long.ts';
import { root, textOf } from './test/repository.ts';
import { Shell } from './test/shell.ts';

const readme = textOf('README.md');
const guide = textOf('docs/own-scenario.md');
const gateway = textOf('docs/gateway.md');

let shell: Shell;

beforeAll(() => {
  shell = new Shell();
});

afterAll(() => shell.remove());

const commands = [...commandsIn(readme), ...commandsIn(gateway)];
const ending = commands.filter((command) => !NOT_RUN.has(command.text) && !isServer(command));
const isOfFirstFailure = ({ text }: Command): boolean => /--bail|(replay|shrink|close) [0-9a-f]{6}/.test(text);

async function expectExit({ text, exit }: Command): Promise<string> {
  const { code, output } = await shell.run(text);
  expect({ text, code, output: code === exit ? '' : output }).toEqual({ text, code: exit, output: '' });
  return output;
}

/**
 * In the order of the document, with the change made before and taken back where the document says
 * so.
 */
const isLong = runsLong('the commands that the documents show');

test.runIf(isLong)(
  'the first failure is found, replayed, shrunk and fixed',
  async () => {
    const [diff] = fencesIn(readme).filter(({ language }) => language === 'diff');
    const change = changeIn(diff?.text ?? '');
    const file = path.join(shell.folder, change.file);
    const clean = readFileSync(file, 'utf8');
    writeFileSync(file, changed(clean, change));
    let id: string | null = null;
    const outputs: string[] = [];
    for (const command of commands.filter((one) => isOfFirstFailure(one) || one.text.startsWith('git checkout'))) {
      if (command.text.startsWith('git checkout')) writeFileSync(file, clean);
      else outputs.push(await expectExit({ ...command, text: withId(sooner(command.text), id) }));
      id ??= savedId(outputs.at(-1) ?? '');
    }
    const [found, replayed, , fixed, closed] = outputs;
    expect(found).toContain('✖ no timer outlives its connection  seed 0x');
    expect(replayed).toContain('✖ exact');
    expect(fixed).toContain('✔ fixed');
    expect(closed).toContain('1 replay closed, 0 still open');
  },
  300_000,
);

const IN_ORDER = ['docs/cli.md', 'docs/verdicts.md'];

test.runIf(isLong).each(IN_ORDER)(
  'the commands of %s, one after the other',
  async (file) => {
    let id: string | null = null;
    for (const command of commandsIn(textOf(file))) {
      const output: string = await expectExit({ ...command, text: withId(sooner(command.text), id) });
      id ??= savedId(output);
    }
  },
  300_000,
);

const others = [
  ...ending.filter((command) => !isOfFirstFailure(command)),
  ...commandsIn(guide),
  ...commandsIn(textOf('docs/faults.md')),
  ...commandsIn(textOf('docs/your-own-gateway.md')),
].map((command) => ({ ...command, text: sooner(command.text) }));
const runBefore = new Set(IN_ORDER.flatMap((file) => commandsIn(textOf(file))).map(({ text }) => sooner(text)));

test
  .runIf(isLong)
  .each(
    others.filter(
      ({ text }, index) => !runBefore.has(text) && others.findIndex((other) => other.text === text) === index,
    ),
  )('$text', async (command) => {
  await expectExit(command);
});

test('no campaign of the documents draws its seeds', () => {
  const campaigns = [...ending, ...others].map(({ text }) => sooner(text)).filter((text) => text.includes('--seeds '));
  expect(campaigns.length).toBeGreaterThan(5);
  expect(campaigns.filter((text) => !text.includes(' mutants ') && !text.includes('--seed-start '))).toEqual([]);
});

test('what is not run is there, with a reason', () => {
  for (const [text, reason] of NOT_RUN) {
    expect(commands.map((command) => command.text)).toContain(text);
    expect(reason).not.toBe('');
  }
});

test('every script that a document names exists', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const pages = [readme, guide, textOf('CONTRIBUTING.md'), textOf('ARCHITECTURE.md'), textOf('docs/gateway.md')];
  const named = pages.flatMap((page) => [...page.matchAll(/npm run ([\w:]+)/g)].map(([, name = '']) => name));
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
});

test.runIf(isLong)('a scenario in a folder with its own package.json runs by the launcher', async () => {
  const file = path.join(shell.folder, 'docs/ticker/package.json');
  writeFileSync(file, '{ "name": "ticker", "type": "module", "seedstorm": { "scenario": "ticker.sim.ts" } }');
  const { code, output } = await shell.run(`node ${path.join(root, 'sim/start.js')} run --seeds 3`, 'docs/ticker');
  expect({ code, output }).toEqual({ code: 0, output: expect.stringContaining('1 property held') as string });
});

describe.runIf(isLong)('the gateway for real', () => {
  test.each(commands.filter(isServer))('$text', async ({ text }) => {
    await whileServing(text.replace(/PORT=\d+/, 'PORT=0'), async (port) => {
      const answer = await fetch(`http://127.0.0.1:${port}/healthz`);
      expect(await answer.json()).toMatchObject({ health: 'ok', connections: 0 });
    });
  });

  test('the session goes as it is shown', async () => {
    const [session] = fencesIn(gateway).filter(({ language }) => language === 'frames');
    const token = commands.find(({ text }) => text.startsWith('npm run token'))?.text ?? '';
    const { output } = await shell.run(token.replace('npm run', 'npm run --silent'));
    const lines = linesOf(
      (session?.text ?? '').replace('"token":"…"', `"token":${JSON.stringify(output.trim().split('\n').at(-1))}`),
    );
    expect(lines.length).toBeGreaterThan(10);
    await whileServing('npm start', (port) => play(lines, `ws://127.0.0.1:${port}/stream`));
  });
});

/** Starts a server, waits until it listens, and stops it; it then has to end gracefully. */
async function whileServing(command: string, act: (port: number) => Promise<void>): Promise<void> {
  const server = shell.start(command, { PORT: '0', PRICE_INTERVAL_MS: '20' });
  const ended = new Promise<string>((resolve) => {
    server.on('close', () => resolve(told));
  });
  let told = '';
  const port = await new Promise<number>((resolve, reject) => {
    const hear = (data: Buffer): void => {
      told += data.toString();
      const [, found] = /"port":(\d+),"msg":"listening"/.exec(told) ?? [];
      if (found !== undefined) resolve(Number(found));
    };
    server.stdout?.on('data', hear);
    server.stderr?.on('data', hear);
    server.on('close', () => reject(new Error(told)));
  });
  try {
    await act(port);
  } finally {
    // npm and what it started: one group.
    process.kill(-(server.pid ?? 0), 'SIGTERM');
  }
  expect(await ended).toContain('"msg":"stopped"');
}

/**
 * Says what the client says, and holds each answer against what is shown. Prices come in between
 * when they like.
 */
async function play(lines: readonly Line[], url: string): Promise<void> {
  const socket = new WebSocket(url, subprotocol);
  const received: Line['frame'][] = [];
  let wake = (): void => undefined;
  socket.on('message', (data: Buffer) => {
    received.push(JSON.parse(data.toString()) as Line['frame']);
    wake();
  });
  socket.on('close', () => wake());
  const next = async (isPrice: boolean): Promise<Line['frame']> => {
    for (;;) {
      const at = received.findIndex((frame) => (frame['type'] === 'price') === isPrice);
      const [frame] = at < 0 ? [] : received.splice(at, 1);
      if (frame !== undefined) return frame;
      if (socket.readyState === WebSocket.CLOSED) throw new Error('the connection is closed');
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  for (const { fromClient, frame } of lines) {
    if (fromClient) {
      socket.send(JSON.stringify(frame));
      continue;
    }
    const answer = await next(frame['type'] === 'price');
    expect(isAsShown(frame, answer), JSON.stringify({ shown: frame, received: answer })).toBe(true);
  }
  socket.close();
}
