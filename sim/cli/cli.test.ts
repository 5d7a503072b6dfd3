/** The command line end to end, on a small system: output, files and exit codes. */
import { closeSync, existsSync, openSync } from 'node:fs';
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

const isLong = runsLong('shards, lost output, colour and a second Ctrl-C on the command line');

describe('run', () => {
  test('a scenario that holds prints a summary and exits 0', async () => {
    const { code, stdout, stderr } = await place.run('--seeds', '6', '--seed-start', '0x10');
    expect(stderr).toBe('echo: seeds from 0x10\n');
    expect(stdout).toMatch(
      /^6 seeds {2}[\d,]+ events {2}.+ simulated in .+ events\/s\nseeds 0x10 to 0x15; 1 of them run again and compared\n/,
    );
    expect(stdout).toContain('\n✔ 1 property held\n');
    expect(code).toBe(0);
  });

  test('one seed gives the same document twice, with its digest', async () => {
    const [first, second] = await Promise.all([
      place.run('--seed', '0x7', '--json'),
      place.run('run', '--seed', '0x7', '--json'),
    ]);
    const document = json(first.stdout);
    expect(document).toMatchObject({ seeds: 1, violations: [], properties: [{ id: 'answered' }] });
    expect(document['digest']).toMatch(/^[0-9a-f]{16}$/);
    expect(json(second.stdout)['digest']).toBe(document['digest']);
  });

  test('a campaign has the same digest with any number of workers, and another with other faults', async () => {
    const digestOf = async (...flags: string[]) =>
      json((await place.run('--seeds', '6', '--seed-start', '0x1', '--json', ...flags)).stdout)['digest'];
    const digest = await digestOf('--jobs', '1');
    expect(digest).toMatch(/^[0-9a-f]{16}$/);
    expect(await digestOf('--jobs', '2')).toBe(digest);
    expect(await digestOf('--faults', '-client-stall,-connection-loss')).not.toBe(digest);
  });

  test('--variant plants a mutant, and the command of its failure does so too', async () => {
    const flags = ['--variant', 'silent', '--seeds', '6', '--seed-start', '0x1', '--bail', '--shrink-time', '100ms'];
    const { code, stdout, stderr } = await place.run('run', ...flags, '--json');
    expect(json(stdout)).toMatchObject({ variant: 'silent', violations: [{ property: 'answered' }] });
    expect(stderr).toContain('echo, variant silent: seeds from 0x1\n');
    expect(code).toBe(1);
    const [saved] = place.list('replays');
    expect(json(place.read(`replays/${saved}`))).toMatchObject({ variant: 'silent' });
    const unknown = await place.run('run', '--variant', 'silence');
    expect(unknown).toMatchObject({
      code: 2,
      stderr: 'seedstorm: unknown variant silence (expected one of: silent, harmless, stuck)\n',
    });
  });

  test.runIf(isLong)('shards run different seeds, and together all seeds', async () => {
    const shards = ['1/2', '2/2'].map((shard) => place.run('--seeds', '5', '--shard', shard, '--json'));
    const [first, second] = (await Promise.all(shards)).map(({ stdout }) => json(stdout));
    expect(first).toMatchObject({ shard: '1/2', seedStart: '0x1', seeds: 3 });
    expect(second).toMatchObject({ shard: '2/2', seedStart: '0x1', seeds: 2 });
    const whole = json((await place.run('--seeds', '5', '--seed-start', '0x1', '--json')).stdout);
    expect(whole['events']).toBe(Number(first?.['events']) + Number(second?.['events']));

    const { stdout, stderr } = await place.run('--seeds', '5', '--seed-start', '0x10', '--shard', '2/2');
    expect(stderr).toBe('echo: seeds from 0x10, shard 2/2\n');
    expect(stdout).toContain('\nseeds 0x11 to 0x13, shard 2/2; 1 of them');
    expect((await place.run('--seeds', '1', '--shard', '2/2')).code).toBe(4);
  });

  test.runIf(isLong)('sizes beyond the limits of the scenario are run with a note', async () => {
    const { code, stderr } = await place.run('--seeds', '1', '--seed-start', '0x1', '--clients', '5', '--nodes', '2');
    expect(stderr).toBe(
      "--clients 5 exceeds the scenario's countMax: 4 for client\n" +
        "--nodes 2 exceeds the scenario's nodesMax: 1\necho: seeds from 0x1\n",
    );
    expect(code).toBe(0);
  });

  test('a failure is saved and printed, with a command that shows it again', async () => {
    breakSystem();
    const { code, stdout } = await place.run('--seeds', '8', '--seed-start', '0x1');
    expect(code).toBe(1);
    const [name] = place.list('replays');
    expect(name).toMatch(/^answered-[0-9a-f]{6}\.json$/);
    expect(stdout).toContain(`  saved replays/${name}\n`);
    expect(stdout).toMatch(
      /✖ answered {2}ECHO-1 {2}seed 0x\w+ {2}step \d+ {2}t=\d+\.\d s\n {2}shrunk \d+ → 2 operations, \d → 0 faults/,
    );
    const command = /^ {2}node (.*start\.js) (replay [0-9a-f]{6})$/m.exec(stdout);
    expect(command).not.toBeNull();
    const again = await place.run(...(command?.[2] ?? '').split(' '));
    expect(again.stdout).toMatch(/✖ exact: answered at step \d+/);
    expect(again.code).toBe(1);
  });

  test('with --json stdout has only the document', async () => {
    breakSystem();
    const { code, stdout, stderr } = await place.run('--seeds', '8', '--seed-start', '0x1', '--json');
    const { violations } = json(stdout) as { violations: Record<string, unknown>[] };
    expect(violations).toMatchObject([{ property: 'answered', risk: 'ECHO-1', signature: 'answered: silence' }]);
    expect(violations[0]?.['replay']).toBe(`replays/${place.list('replays')[0]}`);
    expect(stderr).toContain('✖ answered');
    expect(code).toBe(1);
  });

  test.runIf(isLong)('a step that never yields is reported with the records before it', async () => {
    place.edit('system.ts', 'socket.send(text);', 'for (;;) text.at(0);');
    const { code, stdout } = await place.run('--seeds', '1', '--seed-start', '0x1', '--stuck-time', '1s');
    expect(stdout).toMatch(/✖ stuck .*\n {2}not shrunk: the step never ends\n {2}step \d+ never yields\n .*client-\d/);
    expect(place.list('replays')[0]).toMatch(/^stuck-/);
    expect(code).toBe(1);
  });

  test('a run that depends on more than its seed is reported', async () => {
    place.edit('scenario.ts', 'class Answers', 'let said = 0;\n\nclass Answers');
    place.edit('scenario.ts', 'String(word)', '`${String(word)} ${(said += 1)}`');
    place.edit('system.ts', 'socket.send(text);', "if (!text.startsWith('plum')) socket.send(text);");
    const { code, stdout } = await place.run('--seeds', '8', '--seed-start', '0x1');
    expect(stdout).toMatch(/replayed [01]\/3: something besides the seed decides/);
    expect(code).toBe(3);
  });

  test('--verbose prints every record of a seed that holds, with its console output', async () => {
    place.edit('system.ts', 'node.probe.note', "console.log('a visitor'); node.probe.note");
    const verbose = await place.run('run', '--seed', '0x1', '--verbose');
    expect(verbose.code).toBe(0);
    expect(verbose.stdout).toMatch(/^ +1 +0\.000 {2}node-1 +started$/m);
    expect(verbose.stdout).toMatch(/node-1 +│ a visitor$/m);
    expect(verbose.stdout).toMatch(/ sent: /);
    for (const flags of [
      ['--seed', '0x1'],
      ['--seed', '0x1', '--verbose', '--json'],
      ['--seeds', '1', '--verbose'],
    ])
      expect((await place.run('run', ...flags)).stdout).not.toContain('│');
  });

  test('the first Ctrl-C finishes current runs and prints how to continue', async () => {
    place.reportOperations();
    const started = place.start(['--time', '3599s', '--seed-start', '0x0']);
    await place.operationOf(started);
    started.child.kill('SIGINT');
    const { code, stdout, stderr } = await started.ended;
    expect(stderr).toContain('press Ctrl-C again to stop at once');
    const seeds = Number(/^([\d,]+) seeds?/m.exec(stdout)?.[1]?.replaceAll(',', ''));
    const goOn = new RegExp(`run --seed-start 0x${seeds.toString(16)} --time (\\d+)s\n`).exec(stdout);
    // The rest, in seconds: 3599 s and what is left of it have no larger unit.
    expect(Number(goOn?.[1])).toBeGreaterThan(3000);
    expect(Number(goOn?.[1])).toBeLessThan(3600);
    expect(code).toBe(130);
  });

  test.runIf(isLong)('the second Ctrl-C stops at once, even a step that never yields', async () => {
    place.edit('system.ts', 'socket.send(text);', 'for (;;) text.at(0);');
    place.reportOperations();
    // Without a second Ctrl-C this takes an hour.
    const started = place.start(['--time', '3600s', '--stuck-time', '3600s']);
    await place.operationOf(started);
    const again = setInterval(() => started.child.kill('SIGINT'), 200);
    expect((await started.ended).code).toBe(130);
    clearInterval(again);
  });

  test.runIf(isLong)('a reader that closes the pipe ends the command without a message', async () => {
    breakSystem();
    const { child, ended } = place.start(['--time', '60s', '--quiet']);
    child.stdout?.destroy();
    const { code, stderr } = await ended;
    expect(stderr).toBe('');
    expect(code).toBe(1);
  });

  test.runIf(isLong && existsSync('/dev/full'))('lost output is reported, with exit code 70', async () => {
    const full = openSync('/dev/full', 'w');
    try {
      for (const parameters of [['--seeds', '1', '--json', '--quiet'], ['--help']]) {
        const { code, stderr } = await place.start(parameters, {}, full).ended;
        expect([code, stderr]).toEqual([70, "seedstorm: can't write the output (ENOSPC): it is incomplete\n"]);
      }
    } finally {
      closeSync(full);
    }
  });

  test.runIf(isLong)('a finding that cannot be saved is still printed', async () => {
    breakSystem();
    place.write('replays', 'a file instead of the folder');
    const as = ['--clients', '4', '--strategy', 'uniform', '--max-steps', '50000'];
    const { code, stdout, stderr } = await place.run('--seeds', '8', '--seed-start', '0x1', ...as);
    expect(stderr).toMatch(/seedstorm: cannot save the replay in replays \(E[A-Z]+\)/);
    const command = /\n {2}node .*start\.js (run .*)\n/.exec(stdout)?.[1] ?? '';
    expect(command).toMatch(new RegExp(`^run scenario\\.ts --seed 0x\\w+ ${as.join(' ')}$`));
    expect(code).toBe(1);
    const again = await place.run(...command.split(' '));
    expect(again.stdout).toMatch(/✖ answered .*seed /);
  });

  test.runIf(isLong)('the environment decides colour', async () => {
    const { stdout } = await place.start(['--seeds', '1'], { FORCE_COLOR: '1' }).ended;
    expect(stdout).toContain('\x1b[32m✔');
    expect((await place.start(['--seeds', '1', '--no-color'], { FORCE_COLOR: '1' }).ended).stdout).not.toContain(
      '\x1b',
    );
  });
});

describe('a usage or configuration error is one line, with exit code 2', () => {
  test.each<[string[], RegExp]>([
    [['--sead', '0x1'], /unknown option '--sead' \(Did you mean --seed\?\)/],
    [['--seed', '17'], /0x and 1 to 16 hexadecimal digits/],
    [['--seed', '0x1', '--seeds', '2'], /leave out --seeds/],
    [['--seed', '0x1', '--shard', '1/2'], /leave out --shard/],
    [['--shard', '3/2'], /such as 2\/3/],
    [['--faults', 'latenci'], /the unknown fault latenci, did you mean latency\? \(.*; a leading - leaves one out\)/],
    [['launch'], /unknown command or scenario launch/],
    [['run', 'none.ts'], /scenario not found: none\.ts/],
    [['run', 'package.json'], /unknown command or scenario package\.json/],
    [['run', 'system.ts'], /system.ts is not a scenario: it has no default export/],
    [['replay', 'a1b2c3'], /replay not found: a1b2c3 in replays/],
    [['replay', ''], /no replay given; give its file/],
    [['replay', 'package.json'], /package\.json is not a seedstorm replay/],
    [['shrink', 'no\x1b[2Jname'], /replay not found: no�\[2Jname/],
    [['mutants', 'unknown'], /unknown mutant unknown \(expected one of: silent, harmless, stuck\)/],
  ])('%j', async (parameters, message) => {
    const { code, stdout, stderr } = await place.run(...parameters);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^seedstorm: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(place.list('.')).not.toContain('replays');
  });

  test.each<[string, () => unknown, RegExp]>([
    ['no scenario in package.json', () => place.write('package.json', '{}'), /names no scenario/],
    ['a package.json that is none', () => place.write('package.json', '{'), /is not valid JSON/],
    [
      'a scenario elsewhere',
      () => place.edit('package.json', 'scenario.ts', '../x.ts'),
      /is not a file of this package/,
    ],
    [
      'a scenario of another kind',
      () => place.edit('package.json', '"scenario.ts"', '7'),
      /must name a \.ts or \.js file/,
    ],
    [
      'a scenario with a typing error',
      () => place.edit('scenario.ts', 'class Answers', 'clas Answers'),
      /scenario\.ts:\d+: /,
    ],
    [
      'a scenario that throws',
      () => place.edit('scenario.ts', 'class Answers', "throw new Error('on purpose');\nclass Answers"),
      /on purpose/,
    ],
    [
      'no scenario at all',
      () => place.write('scenario.ts', 'export default 7;'),
      /the default export is not a scenario/,
    ],
    [
      'relations that do not hold',
      () => place.edit('scenario.ts', 'operationMs: 20_000', 'operationMs: 99_000'),
      /^seedstorm: scenario\.ts: scenario echo: operationMs is above settleMs$/m,
    ],
    [
      'a package that throws',
      () => {
        place.write('node_modules/bad.js', "throw new TypeError('bad package');");
        place.edit('system.ts', 'export const start', "import 'bad.js';\n\nexport const start");
      },
      /bad package/,
    ],
    ['a system that is missing', () => place.edit('scenario.ts', './system.ts', './none.ts'), /none\.ts: no such file/],
  ])('%s', async (_what, change, message) => {
    change();
    const { code, stdout, stderr } = await place.run('--seeds', '1');
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(/^seedstorm: [^\n]+\n$/);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  });
});
