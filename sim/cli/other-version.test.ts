/**
 * Two versions side by side, end to end: a bug is found, saved, and replayed by another process.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workplace } from './test/command.ts';

let place: Workplace;

beforeEach(() => {
  place = new Workplace();
  place.edit('scenario.ts', "'connection-loss']", "'connection-loss', 'mixed-versions']");
  place.edit('scenario.ts', "system: { entry: './system.ts' }", `system: { entry: './system.ts', ${otherVersion} }`);
});

afterEach(() => place.remove());

/** The other version does not answer one word. */
const otherVersion = `otherVersion: { edits: [{ ...inAnswer, put: "if (text !== 'plum') socket.send(text);" }] }`;

const SEEDS = ['--seeds', '60', '--seed-start', '0x1'] as const;

interface RunDocument {
  readonly faults: Record<string, number>;
  readonly violations: readonly { readonly property: string; readonly replay: string }[];
}

describe('a bug of the other version', () => {
  test('is found while the current version holds, and needs only the fault mixed-versions', async () => {
    const { code, stdout } = await place.run('run', ...SEEDS, '--json');
    const { faults, violations } = JSON.parse(stdout) as RunDocument;
    expect([code, violations.length]).toEqual([1, 1]);
    expect(faults['mixed-versions']).toBeGreaterThan(0);
    const [found] = violations;
    const file = JSON.parse(place.read(found?.replay ?? '')) as { plan: { faults: readonly { kind: string }[] } };
    expect(file.plan.faults.map(({ kind }) => kind)).toEqual(['mixed-versions']);

    const again = await place.run('replay', found?.replay ?? '');
    expect(again.code).toBe(1);
    expect(again.stdout).toContain('ready (process 2, other version)');
    expect(again.stdout).toContain('✖ exact');

    // Only the other version is fixed.
    place.edit(
      'scenario.ts',
      `put: "if (text !== 'plum') socket.send(text);" }] }`,
      `put: 'socket.send(text); void 0;' }] }`,
    );
    expect(await place.run('replay', found?.replay ?? '', '--quiet')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('✔ fixed') as string,
    });

    place.edit('scenario.ts', /, otherVersion: \{.*\] \}(?= \})/g, '');
    place.edit('scenario.ts', ", 'mixed-versions'", '');
    const without = await place.run('replay', found?.replay ?? '');
    expect(without).toMatchObject({ code: 2, stdout: '' });
    expect(without.stderr).toContain(
      'is invalid: the fault mixed-versions needs system.otherVersion, which the scenario does not define',
    );
    expect(await place.run('run', ...SEEDS, '--quiet')).toMatchObject({ code: 0 });
  });
});

describe('a configuration error is one line, with exit code 2', () => {
  test.each<[string, () => void, RegExp]>([
    [
      'an edit that does not fit',
      () => place.edit('scenario.ts', "find: 'socket.send(text);'", "find: 'socket.sent(text);'"),
      /the other version: system\.ts: answer: "socket\.sent\(text\);": text not found in the function/,
    ],
    [
      'the fault without the version',
      () => place.edit('scenario.ts', /, otherVersion: \{.*\] \}(?= \})/g, ''),
      /the fault mixed-versions needs system\.otherVersion/,
    ],
    [
      'another version equal to the current one',
      () => place.edit('scenario.ts', /otherVersion: \{.*\] \}(?= \})/g, "otherVersion: { entry: 'system.ts' }"),
      /system\.otherVersion needs an entry that differs from system\.entry, or edits/,
    ],
    [
      'an unknown key',
      () => place.edit('scenario.ts', 'otherVersion: { edits', 'otherVersion: { edit'),
      /is not a scenario: unknown key system\.otherVersion\.edit, did you mean edits\?/,
    ],
    [
      'an entry that is missing',
      () => place.edit('scenario.ts', /otherVersion: \{.*\] \}(?= \})/g, "otherVersion: { entry: './none.ts' }"),
      /the other version: none\.ts: no such file/,
    ],
  ])('%s', async (_what, change, message) => {
    change();
    const { code, stdout, stderr } = await place.run('--seeds', '1');
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^seedstorm: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
