/** `corpus` on the command line: replays that are checked, updated and closed. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Workplace } from '../test/command.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
});

afterEach(() => place.remove());

/** Makes the system fail: one word is not answered. */
const breakSystem = () => place.edit('system.ts', 'socket.send(text);', "if (text !== 'plum') socket.send(text);");

test('a replay is open until it is closed', async () => {
  breakSystem();
  await place.run('--seeds', '8', '--seed-start', '0x1', '--quiet');
  const file = `replays/${place.list('replays')[0]}`;
  const check = () => place.run('corpus', 'check');
  expect(await check()).toMatchObject({ code: 0, stdout: '1 replay checked (1 open), all as expected\n' });
  expect(await place.run('corpus', 'close', file)).toMatchObject({
    code: 1,
    stdout: '0 replays closed, 1 still open\n',
    stderr: `seedstorm: ${file} still fails (exact); it stays open\n`,
  });

  place.edit('system.ts', "if (text !== 'plum') ", '');
  const fixed = await check();
  expect(fixed.stdout).toMatch(/^✖ \S+ {2}no longer fails, but is open: \S+.* corpus close replays\/\S+\.json\n/);
  expect(fixed.code).toBe(1);
  const closed = `✔ ${file}  fixed\n1 replay closed, 0 still open\n`;
  expect(await place.run('corpus', 'close')).toMatchObject({ code: 0, stdout: closed });
  expect(await check()).toMatchObject({ code: 0, stdout: '1 replay checked, all as expected\n' });
  expect(await place.run('corpus', 'close', file)).toMatchObject({ code: 2 });

  // The bug is back. The campaign that finds it again leaves the file fixed.
  breakSystem();
  await place.run('--seeds', '8', '--seed-start', '0x1', '--quiet');
  expect((await check()).stdout).toContain(`✖ ${file}  exact on unmodified code, expected fixed`);
});

test('a replay is updated while it fails as it did', async () => {
  breakSystem();
  await place.run('--seeds', '8', '--seed-start', '0x1', '--quiet');
  const file = `replays/${place.list('replays')[0]}`;
  const before = place.read(file);
  const unchanged = { code: 0, stdout: '0 replays updated, 1 unchanged, 0 not possible\n' };
  expect(await place.run('corpus', 'update')).toMatchObject(unchanged);
  expect(place.read(file)).toBe(before);

  place.edit('system.ts', "note('welcome')", "note('hello')");
  const updated = { code: 0, stdout: `✔ ${file}  updated\n1 replay updated, 0 unchanged, 0 not possible\n` };
  expect(await place.run('corpus', 'update', file)).toMatchObject(updated);
  expect((await place.run('replay', file, '--quiet')).stdout).toContain('✖ exact');

  // Neither a fixed bug nor an invalid file is written, and one does not hide the other.
  place.edit('system.ts', "if (text !== 'plum') ", '');
  place.write('replays/broken-000000.json', '{}');
  const now = place.read(file);
  const refused = await place.run('corpus', 'update');
  expect(refused).toMatchObject({ code: 1, stdout: '0 replays updated, 0 unchanged, 2 not possible\n' });
  expect(refused.stderr).toMatch(/^seedstorm: replays\/broken-000000\.json is invalid: .+; it is left as it was$/m);
  expect(refused.stderr).toMatch(
    /^seedstorm: \S+\.json no longer fails: \S.* replay \S+\.json; it is left as it was$/m,
  );
  expect(place.read(file)).toBe(now);
  expect(await place.run('corpus', 'update', 'abcdef')).toMatchObject({ code: 2, stdout: '' });
});
