/** What becomes of replays on the command line: found, checked, replayed, made smaller, refused. */
import { rmSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workplace } from './test/command.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

/** Makes the clean code fail: one word is not answered. */
const breakSystem = () => place.edit('system.ts', 'socket.send(text);', "if (text !== 'plum') socket.send(text);");

const json = (text: string): Record<string, unknown> => JSON.parse(text) as Record<string, unknown>;

test('what a system prints, or Node warns of, is seen where one run is looked at, and nowhere else', async () => {
  breakSystem();
  const file = await place.run('run', '--seeds', '3', '--seed-start', '0x1', '--json');
  const [saved = ''] = place.list('replays');
  expect(file.code).toBe(1);
  // Added afterwards, as one does who looks for a mistake.
  place.edit(
    'system.ts',
    'node.probe.note',
    "console.log('welcome,\\n%d', 1); process.stdout.write('all\\n'); for (let n = 0; n < 11; n += 1) socket.on('pong', () => undefined); node.probe.note",
  );
  const replay = await place.run('replay', `replays/${saved}`);
  for (const said of ['welcome,', '1', 'all', 'warning: Possible EventEmitter memory leak detected. 11 pong listeners'])
    expect(replay.stdout).toMatch(new RegExp(`0\\.111 {2}node-1 +│ ${said}`));
  expect(replay.stdout).toContain('✖ exact');
  const run = await place.run('run', '--seeds', '3', '--seed-start', '0x1', '--quiet');
  expect(`${replay.stderr}${run.stderr}`).toBe('');
  expect(run.stdout).not.toContain('│');
});

describe('defects, corpus, replay, shrink', () => {
  test('go together', async () => {
    const defects = await place.run('defects', 'silent', 'stuck', '--seeds', '6', '--stuck-time', '1s', '--json');
    expect(json(defects.stdout)).toMatchObject({
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
    expect(defects.code).toBe(0);
    const saved = place.list('replays');
    await place.run('defects', 'silent', '--seeds', '6');
    expect(place.list('replays')).toEqual(saved);

    const corpus = await place.run('corpus', 'check', '--stuck-time', '1s', '--json');
    expect([json(corpus.stdout), corpus.code]).toEqual([{ checked: 2, failed: [], interrupted: false }, 0]);

    const file = `replays/${saved[0]}`;
    const replay = await place.run('replay', file, '--json');
    expect(json(replay.stdout)).toMatchObject({ file, verdict: 'exact', violation: { property: 'answered' } });
    expect(replay.code).toBe(1);

    const shrunk = await place.run('shrink', file, '--time', '2s');
    expect(shrunk.code).toBe(0);
    expect(shrunk.stdout).toMatch(/can't be made smaller|shrunk 2 → [12] operations, 0 → 0 faults/);
  });

  test('a defect may be expected to come to a verdict of its own', async () => {
    place.edit('scenario.ts', "id: 'harmless', expected: 'answered'", "id: 'harmless', expected: 'crash'");
    place.edit('scenario.ts', 'socket.send(text.slice(0));', 'socket.send((text as never as () => string)());');
    const { code, stdout } = await place.run('defects', 'harmless', '--seeds', '3');
    expect(stdout).toMatch(/✔ +harmless .*crash/);
    expect(code).toBe(0);
    place.edit('scenario.ts', "expected: 'crash'", "expected: 'crush'");
    expect((await place.run('defects', 'harmless')).stderr).toContain(
      'expects the unknown property crush, did you mean crash?',
    );
  });

  test('a defect that is not found is a failure', async () => {
    const { code, stdout } = await place.run('defects', 'harmless', '--seeds', '3');
    expect(stdout).toMatch(/✖ {2}harmless +nothing +3/);
    expect(code).toBe(1);
  });

  test('an edit that does not fit any more is told of before anything runs, and holds up no other', async () => {
    place.edit('scenario.ts', "put: 'socket.send(text.slice(0));'", "find: 'nowhere', put: ''");
    const { code, stdout, stderr } = await place.run('defects', 'harmless', 'silent', '--seeds', '6');
    expect(stderr).toMatch(/^seedstorm: the defect harmless does not fit: .*answer.*\n$/);
    expect(stdout).toMatch(
      /✔ {2}silent .*\n✖ {2}harmless .* nothing: it does not fit .*\n✔ the clean code holds on 6 seeds\n$/,
    );
    expect(code).toBe(2);
    const { defects } = json((await place.run('defects', 'harmless', '--seeds', '1', '--json')).stdout) as {
      defects: Record<string, unknown>[];
    };
    expect(defects).toMatchObject([
      { id: 'harmless', found: false, seeds: 0, misfit: expect.stringContaining('answer') },
    ]);
  });

  describe('Ctrl-C makes no success of what was not done', () => {
    const interrupted = (...parameters: string[]) => {
      const { child, ended } = place.start(parameters);
      setTimeout(() => child.kill('SIGINT'), 2500);
      return ended;
    };

    test('defects', async () => {
      const { code, stdout } = await interrupted('defects', 'stuck', 'harmless', '--seeds', '100000');
      expect(stdout).toMatch(
        /clean code (holds on \d+ of 100,000 seeds|was not run)\ninterrupted: [01] of 2 defects done, not .*harmless\n$/,
      );
      expect(code).toBe(130);
      const told = await interrupted('defects', 'harmless', '--seeds', '100000', '--json');
      expect(json(told.stdout)).toMatchObject({ defects: [], interrupted: true });
    });

    test('corpus check', async () => {
      await place.run('defects', 'silent', '--seeds', '6', '--quiet');
      const text = place.read(`replays/${place.list('replays')[0]}`);
      for (let copy = 0; copy < 3000; copy += 1) place.write(`replays/copy-${copy}.json`, text);
      const { code, stdout } = await interrupted('corpus', 'check');
      expect(stdout).toMatch(/^interrupted: \d+ of 3,001 replays checked, all as expected\n$/);
      expect(code).toBe(130);
    });
  });

  test('verdicts follow the code', async () => {
    breakSystem();
    await place.run('--seeds', '8', '--seed-start', '0x1', '--quiet');
    const file = `replays/${place.list('replays')[0]}`;
    expect(await place.run('corpus', 'check')).toMatchObject({ code: 1 });

    place.edit('system.ts', "note('welcome')", "note('hello')");
    const drifted = await place.run('replay', file, '--quiet');
    expect(drifted).toMatchObject({ code: 1, stdout: expect.stringContaining('✖ drifted') as string });

    place.edit('system.ts', "if (text !== 'plum') ", '');
    const gone = await place.run('replay', file, '--quiet');
    expect(gone).toMatchObject({ code: 0, stdout: expect.stringContaining('✔ gone') as string });
    expect(await place.run('corpus', 'check')).toMatchObject({ code: 0 });
    expect(await place.run('shrink', file)).toMatchObject({ code: 4 });

    place.edit('scenario.ts', 'say: (', 'shout: (');
    place.edit('scenario.ts', "name: 'say'", "name: 'shout'");
    const unreplayable = await place.run('replay', file);
    expect(unreplayable).toMatchObject({ code: 2, stdout: '' });
    expect(unreplayable.stderr).toContain('is unreplayable: there is no operation say of client');
  });

  test('hostile files are refused, and nothing of them is run', async () => {
    await place.run('defects', 'silent', '--seeds', '6', '--quiet');
    const good = place.read(`replays/${place.list('replays')[0]}`);
    const outside = place.write(`../${path.basename(place.folder)}-outside.ts`, "throw new Error('was run');");
    symlinkSync(path.join(place.folder, outside), path.join(place.folder, 'linked.ts'));
    const files: [string, string, RegExp][] = [
      ['pollutes', good.replace('"choices": {', '"__proto__": { "seeds": 9 },\n"choices": {'), /has the key __proto__/],
      ['leaves', good.replace('"scenario.ts"', `"${outside}"`), /must stay inside the package folder/],
      [
        'leaves by a link',
        good.replace('"scenario.ts"', '"linked.ts"'),
        /is unreplayable: there is no scenario linked\.ts/,
      ],
      ['brackets', '['.repeat(10 * 1024 * 1024), /is nested more than 32 levels deep/],
      ['numbers', good.replace(/"chaosMs": \d+/, '"chaosMs": 1e308'), /plan\.chaosMs/],
    ];
    for (const command of ['replay', 'shrink']) {
      for (const [name, text, said] of files) {
        const { code, stdout, stderr } = await place.run(command, place.write(`${name}.json`, text));
        expect(stderr).toMatch(said);
        expect(stderr).toMatch(/^seedstorm: [^\n]{1,250}\n$/);
        expect([code, stdout]).toEqual([2, '']);
      }
    }
    rmSync(path.join(place.folder, outside));
  });

  test('another failure is told apart', async () => {
    breakSystem();
    await place.run('--seeds', '8', '--seed-start', '0x1', '--quiet');
    place.edit('system.ts', "if (text !== 'plum') socket.send(text);", "throw new RangeError('other');");
    const { code, stdout } = await place.run('replay', `replays/${place.list('replays')[0]}`, '--quiet');
    expect(stdout).toMatch(
      /^✖ other: not answered: silence, but crash at step \d+, .* threw: RangeError: other, in answer of system\.ts\n$/,
    );
    expect(code).toBe(1);
  });

  test('a digest that can not be met again is a divergence', async () => {
    await place.run('defects', 'silent', '--seeds', '6', '--quiet');
    const file = `replays/${place.list('replays')[0]}`;
    place.edit(file, /"digest": "\w+"/g, '"digest": "0000000000000000"');
    expect(await place.run('replay', file)).toMatchObject({ code: 3 });
    expect(await place.run('corpus', 'check')).toMatchObject({ code: 3 });
  });

  test('something else in the place of the folder is one line, and 2', async () => {
    place.write('replays', '');
    for (const parameters of [
      ['corpus', 'check'],
      ['replay', 'a1b2c3'],
    ]) {
      const { code, stdout, stderr } = await place.run(...parameters);
      expect(stderr).toMatch(/^seedstorm: \S+replays is no folder: replays are kept there\n$/);
      expect([code, stdout]).toEqual([2, '']);
    }
  });

  test('no replays: nothing ran', async () => {
    expect(await place.run('corpus', 'check')).toMatchObject({ code: 4, stdout: 'no replays in replays\n' });
  });
});
