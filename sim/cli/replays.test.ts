/** Replays on the command line: saved, checked, replayed, shrunk, refused. */
import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workplace } from './test/command.ts';
import { runsLong } from './test/long.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

/** Makes the system fail: one word is not answered. */
const breakSystem = () => place.edit('system.ts', 'socket.send(text);', "if (text !== 'plum') socket.send(text);");

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

const isLong = runsLong('Ctrl-C, and less usual verdicts, of mutants, replay and corpus check');

test('replay --verbose shows the calls that led to a crash', async () => {
  place.edit('system.ts', 'socket.send(text);', "throw new RangeError('mine');");
  await place.run('--seeds', '1', '--seed-start', '0x1', '--quiet', '--shrink-time', '100ms');
  const file = `replays/${place.list('replays')[0]}`;
  const calls =
    /RangeError: mine, in answer of system\.ts:13\n {4}at answer in system\.ts:13\n {4}at a function in system\.ts:7\n$/;
  expect((await place.run('replay', file, '--verbose')).stdout).toMatch(calls);
  expect((await place.run('replay', file)).stdout).toMatch(/in answer of system\.ts:13\n$/);
});

test.runIf(isLong)('console output and warnings are printed by replay, and not by campaigns', async () => {
  breakSystem();
  const file = await place.run('run', '--seeds', '3', '--seed-start', '0x1', '--json');
  const [saved = ''] = place.list('replays');
  expect(file.code).toBe(1);
  // Added afterwards, as a developer would while debugging.
  place.edit(
    'system.ts',
    'node.probe.note',
    "console.log('welcome,\\n%d', 1); process.stdout.write('all\\n'); for (let n = 0; n < 11; n += 1) socket.on('pong', () => undefined); node.probe.note",
  );
  const replay = await place.run('replay', `replays/${saved}`);
  for (const line of ['│ welcome,', '│ 1', '│ all', 'warning: Possible EventEmitter memory leak detected. 11 pong'])
    expect(replay.stdout).toMatch(new RegExp(`0\\.111 {2}node-1 +${line}`));
  // A warning is a record.
  expect(replay.stdout).toContain('✖ same-failure');
  const run = await place.run('run', '--seeds', '3', '--seed-start', '0x1', '--quiet');
  expect(`${replay.stderr}${run.stderr}`).toBe('');
  expect(run.stdout).not.toContain('│');
});

describe('mutants, corpus, replay, shrink', () => {
  test.runIf(isLong)('work together', async () => {
    const mutants = await place.run('mutants', 'silent', 'stuck', '--seeds', '6', '--stuck-time', '1s', '--json');
    expect(json(mutants.stdout)).toMatchObject({
      clean: { seeds: 6, violations: 0 },
      defects: [
        {
          id: 'silent',
          risk: 'ECHO-1',
          found: true,
          property: 'answered',
          operations: 2,
          faults: 0,
          failsOnClean: false,
        },
        { id: 'stuck', risk: null, found: true, property: 'stuck' },
      ],
    });
    expect(mutants.code).toBe(0);
    const saved = place.list('replays');
    await place.run('mutants', 'silent', '--seeds', '6');
    expect(place.list('replays')).toEqual(saved);

    const corpus = await place.run('corpus', 'check', '--stuck-time', '1s', '--json');
    expect([json(corpus.stdout), corpus.code]).toEqual([{ checked: 2, open: 0, failed: [], interrupted: false }, 0]);

    const file = `replays/${saved[0]}`;
    const replay = await place.run('replay', file, '--json');
    expect(json(replay.stdout)).toMatchObject({ file, verdict: 'exact', violation: { property: 'answered' } });
    expect(replay.code).toBe(1);

    const shrunk = await place.run('shrink', file, '--time', '1s');
    expect(shrunk.code).toBe(0);
    expect(shrunk.stdout).toMatch(
      /found no smaller plan than \S+ \(\d+ tried\)|shrunk 2 → [12] operations, 0 → 0 faults/,
    );
  });

  test.runIf(isLong)('a mutant may expect a verdict instead of a property', async () => {
    place.edit('scenario.ts', "id: 'harmless', expected: 'answered'", "id: 'harmless', expected: 'crash'");
    place.edit('scenario.ts', 'socket.send(text.slice(0));', 'socket.send((text as never as () => string)());');
    const { code, stdout } = await place.run('mutants', 'harmless', '--seeds', '3');
    expect(stdout).toMatch(/✔ +harmless .*crash/);
    expect(code).toBe(0);
    place.edit('scenario.ts', "expected: 'crash'", "expected: 'crush'");
    expect((await place.run('mutants', 'harmless')).stderr).toContain(
      'expects the unknown property crush, did you mean crash?',
    );
  });

  test('a mutant that is looked for again saves nothing beside a replay that is as good', async () => {
    const look = (start: string) => place.run('mutants', 'silent', '--seeds', '9', '--seed-start', start);
    await look('0x1');
    const [saved = ''] = place.list('replays');
    // Other seeds shrink to other plans.
    for (const start of ['0x21', '0x41']) expect((await look(start)).stdout).toContain(`replays/${saved}`);
    expect(place.list('replays')).toEqual([saved]);
    // One that no longer fails is of no use.
    place.edit(`replays/${saved}`, /"word": "plum"/g, '"word": "pear"');
    expect((await look('0x1')).stdout).not.toContain(`replays/${saved}`);
  });

  test('a mutant that is not found is a failure', async () => {
    const { code, stdout } = await place.run('mutants', 'harmless', '--seeds', '3');
    expect(stdout).toMatch(/✖ {2}harmless +nothing +3/);
    expect(code).toBe(1);
  });

  test.runIf(isLong)(
    'an edit that no longer fits is reported before anything runs and delays no other mutant',
    async () => {
      place.edit('scenario.ts', "put: 'socket.send(text.slice(0));'", "find: 'nowhere', put: ''");
      const { code, stdout, stderr } = await place.run('mutants', 'harmless', 'silent', '--seeds', '6');
      expect(stderr).toMatch(
        /^echo: 2 mutants, seeds from 0x1\nseedstorm: can't plant the mutant harmless: .*answer.*\n$/,
      );
      expect(stdout).toMatch(
        /✔ {2}silent .*\n✖ {2}harmless .* nothing: can't be planted .*\n✔ unmodified code holds on 6 seeds\n$/,
      );
      expect(code).toBe(2);
      const { defects } = json((await place.run('mutants', 'harmless', '--seeds', '1', '--json')).stdout) as {
        defects: Record<string, unknown>[];
      };
      expect(defects).toMatchObject([
        { id: 'harmless', found: false, seeds: 0, misfit: expect.stringContaining('answer') },
      ]);
    },
  );

  describe.runIf(isLong)('Ctrl-C is never a success', () => {
    const interrupted = async (...parameters: string[]) => {
      const started = place.start(parameters);
      await place.operationOf(started);
      started.child.kill('SIGINT');
      return started.ended;
    };

    test('mutants', async () => {
      place.reportOperations();
      const { code, stdout } = await interrupted(
        ...['mutants', 'stuck', 'harmless', '--seeds', '100000', '--stuck-time', '1s'],
      );
      expect(stdout).toMatch(
        /unmodified code (holds on \d+ of 100,000 seeds|was not run)\ninterrupted: [01] of 2 mutants done, not .*harmless.*\n$/,
      );
      expect(code).toBe(130);
      const asJson = await interrupted('mutants', 'harmless', '--seeds', '100000', '--json');
      expect(json(asJson.stdout)).toMatchObject({ defects: [], interrupted: true });
    });

    test('corpus check', async () => {
      await place.run('mutants', 'silent', '--seeds', '6', '--quiet');
      const text = place.read(`replays/${place.list('replays')[0]}`);
      for (let copy = 0; copy < 3000; copy += 1) place.write(`replays/copy-${copy}.json`, text);
      place.reportOperations();
      const { code, stdout } = await interrupted('corpus', 'check');
      expect(stdout).toMatch(/^interrupted: \d+ of 3,001 replays checked, all as expected\n$/);
      expect(code).toBe(130);
    });
  });

  test('the verdict depends on the code', async () => {
    breakSystem();
    await place.run('--seeds', '8', '--seed-start', '0x1', '--quiet');
    const file = `replays/${place.list('replays')[0]}`;

    place.edit('system.ts', "note('welcome')", "note('hello')");
    const sameFailure = await place.run('replay', file, '--quiet');
    expect(sameFailure).toMatchObject({ code: 1, stdout: expect.stringContaining('✖ same-failure') as string });

    place.edit('system.ts', "if (text !== 'plum') ", '');
    const fixed = await place.run('replay', file, '--quiet');
    expect(fixed).toMatchObject({ code: 0, stdout: expect.stringContaining('✔ fixed') as string });
    expect(await place.run('shrink', file)).toMatchObject({ code: 4 });

    place.edit('scenario.ts', 'say: (', 'shout: (');
    place.edit('scenario.ts', "name: 'say'", "name: 'shout'");
    const invalid = await place.run('replay', file);
    expect(invalid).toMatchObject({ code: 2, stdout: '' });
    expect(invalid.stderr).toContain('is invalid: client: unknown operation say (expected one of: connect, shout)');
  });

  test('hostile files are refused and not executed', async () => {
    await place.run('mutants', 'silent', '--seeds', '6', '--quiet');
    const good = place.read(`replays/${place.list('replays')[0]}`);
    const outside = place.write(`../${path.basename(place.folder)}-outside.ts`, "throw new Error('was run');");
    symlinkSync(path.join(place.folder, outside), path.join(place.folder, 'linked.ts'));
    const files: [string, string, RegExp][] = [
      [
        'pollutes',
        good.replace('"choices": {', '"__proto__": { "seeds": 9 },\n"choices": {'),
        /has the forbidden key __proto__/,
      ],
      ['leaves', good.replace('"scenario.ts"', `"${outside}"`), /must stay inside the package folder/],
      ['leaves by a link', good.replace('"scenario.ts"', '"linked.ts"'), /is invalid: [^\n]*scenario[^\n]* linked\.ts/],
      ['brackets', '['.repeat(10 * 1024 * 1024), /is nested more than 32 levels deep/],
      ['numbers', good.replace(/"chaosMs": \d+/, '"chaosMs": 1e308'), /plan\.chaosMs/],
    ];
    for (const command of ['replay', 'shrink']) {
      for (const [name, text, message] of files) {
        const { code, stdout, stderr } = await place.run(command, place.write(`${name}.json`, text));
        expect(stderr).toMatch(message);
        expect(stderr).toMatch(/^seedstorm: [^\n]{1,250}\n$/);
        expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      }
    }
    rmSync(path.join(place.folder, outside));
  });

  test.runIf(isLong)('a different failure is reported', async () => {
    breakSystem();
    await place.run('--seeds', '8', '--seed-start', '0x1', '--quiet');
    place.edit('system.ts', "if (text !== 'plum') socket.send(text);", "throw new RangeError('other');");
    const { code, stdout } = await place.run('replay', `replays/${place.list('replays')[0]}`, '--quiet');
    expect(stdout).toMatch(
      /^✖ different-failure: expected answered: silence, got crash at step \d+, .* threw: RangeError: other, in answer of system\.ts:13\n$/,
    );
    expect(code).toBe(1);
  });

  test.runIf(isLong)('a digest that differs on the same code is a divergence', async () => {
    await place.run('mutants', 'silent', '--seeds', '6', '--quiet');
    const file = `replays/${place.list('replays')[0]}`;
    place.edit(file, /"digest": "\w+"/g, '"digest": "0000000000000000"');
    expect(await place.run('replay', file)).toMatchObject({ code: 3 });
    expect(await place.run('corpus', 'check')).toMatchObject({ code: 3 });
  });

  test('a file instead of the replays folder is one line, with exit code 2', async () => {
    place.write('replays', '');
    for (const parameters of [
      ['corpus', 'check'],
      ['replay', 'a1b2c3'],
    ]) {
      const { code, stdout, stderr } = await place.run(...parameters);
      expect(stderr).toMatch(/^seedstorm: \S+replays is a file; expected a folder with replays\n$/);
      expect([code, stdout]).toEqual([2, '']);
    }
  });

  test('without replays nothing ran', async () => {
    expect(await place.run('corpus', 'check')).toMatchObject({ code: 4, stdout: 'no replays in replays\n' });
  });
});
