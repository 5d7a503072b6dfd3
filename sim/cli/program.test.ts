import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { parseArguments } from './program.ts';

const parse = (line: string) => parseArguments(line === '' ? [] : line.split(' '), '1.2.3', () => undefined);

function errorOf(line: string): string {
  try {
    parse(line);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

test.each([
  ['', { command: 'run', scenario: undefined, flags: { shrinkTime: 10_000, stuckTime: 10_000 } }],
  ['--seeds 5 --time 2m', { command: 'run', flags: { seeds: 5, time: 120_000 } }],
  ['run a.ts --seed 0X1F --jobs 3', { command: 'run', scenario: 'a.ts', flags: { seed: '0x1f', jobs: 3 } }],
  ['a.ts --bail', { command: 'run', scenario: 'a.ts', flags: { bail: 1 } }],
  ['--bail=3', { command: 'run', flags: { bail: 3 } }],
  ['--shard 2/3', { command: 'run', flags: { shard: { index: 2, count: 3 } } }],
  ['--clients 3000 --nodes 2 --max-steps 9', { command: 'run', flags: { clients: 3000, nodes: 2, maxSteps: 9 } }],
  ['replay a1b2c3', { command: 'replay', replay: 'a1b2c3' }],
  ['replay a1b2c3 --html', { command: 'replay', replay: 'a1b2c3', flags: { html: true } }],
  ['replay a1b2c3 --html p.html', { command: 'replay', replay: 'a1b2c3', flags: { html: 'p.html' } }],
  ['view a1b2c3 --diff', { command: 'view', replay: 'a1b2c3', flags: { diff: true } }],
  ['shrink a1b2c3 --time 5s', { command: 'shrink', replay: 'a1b2c3', flags: { time: 5000 } }],
  ['shrink a1b2c3', { command: 'shrink', flags: { time: 30_000 } }],
  ['mutants', { command: 'mutants', ids: [], flags: { seeds: 50, seedStart: '0x1' } }],
  ['mutants one two --seed-start 0x9', { command: 'mutants', ids: ['one', 'two'], flags: { seedStart: '0x9' } }],
  ['--profile node', { command: 'run', flags: { profile: 'node' } }],
  ['--faults network,redis-drop', { command: 'run', flags: { faults: ['network', 'redis-drop'] } }],
  ['--faults -redis-stall', { command: 'run', flags: { faults: ['-redis-stall'] } }],
  ['a.ts --variant silent', { command: 'run', scenario: 'a.ts', flags: { variant: 'silent' } }],
  ['corpus check', { command: 'corpus', action: 'check', replays: [] }],
  ['corpus update a1b2c3', { command: 'corpus', action: 'update', replays: ['a1b2c3'] }],
  ['corpus close', { command: 'corpus', action: 'close', replays: [] }],
  ['corpus close a1b2c3 b.json', { command: 'corpus', action: 'close', replays: ['a1b2c3', 'b.json'] }],
  ['init', { command: 'init', directory: undefined }],
  ['init app', { command: 'init', directory: 'app' }],
])('%s', (line, request) => {
  expect(parse(line).request).toMatchObject(request);
});

test.each([
  ['defects', { command: 'mutants', ids: [], flags: { seeds: 50 } }, 'the command defects is now called mutants'],
  ['defects one', { command: 'mutants', ids: ['one'] }, 'the command defects is now called mutants'],
  ['--profile deploy', { command: 'run', flags: { profile: 'node' } }, 'the profile deploy is now called node'],
])('%s is accepted with a note', (line, request, note) => {
  expect(parse(line)).toMatchObject({ request, notes: [note] });
  expect(parse('mutants --json').notes).toEqual([]);
});

test('output flags come before or after the command', () => {
  expect(parse('--json replay x').output).toEqual({ json: true, quiet: false, verbose: false, color: true });
  expect(parse('replay x --no-color --verbose').output).toEqual({
    json: false,
    quiet: false,
    verbose: true,
    color: false,
  });
});

test.each([
  ['--sead 0x1', /unknown option '--sead'\n\(Did you mean --seed\?\)/],
  ['--seed 0x1 --seed 0x2', /'--seed <seed>' argument '0x2' is invalid\. Give it only once\./],
  [
    '--faults redis,latenci',
    /invalid\. It has the unknown fault latenci, did you mean latency\? \(expected some of: network, redis, .*; a leading - leaves one out\)\.$/,
  ],
  ['--faults -redis-stal', /It has the unknown fault -redis-stal, did you mean -redis-stall\? /],
  ['--faults redis,', /It has an empty name of a fault/],
  ['--faults redis --faults node', /Give it only once\./],
  ['--shard 0/2', /such as 2\/3/],
  ['--shard 3/2', /such as 2\/3/],
  ['--shard 2', /such as 2\/3/],
  ['--shard 1/10001', /such as 2\/3/],
  ['--seeds', /argument missing/],
  ['--seeds many', /whole number/],
  ['--jobs 0', /whole number/],
  ['--time 10', /such as 500ms/],
  ['--bail=none', /whole number/],
  ['replay', /missing required argument/],
  ['replay a b', /too many arguments/],
  [
    'replya a',
    /^unknown command replya \(expected one of: run, replay, view, shrink, bisect, mutants, corpus, init\)$/,
  ],
  ['help nope', /^unknown command nope \(expected one of: run, replay, view, shrink, bisect, mutants, corpus, init\)$/],
  ['help --json nope', /^unknown command nope \(/],
  ['run a.ts b.ts', /^run takes one scenario; leave out b\.ts$/],
  ['init a b', /too many arguments/],
  ['corpus', /missing required argument/],
  ['corpus sing', /Allowed choices are check/],
  ['--profile stormy', /Allowed choices are all, calm, redis, network, node, storm\./],
  ['--quiet --verbose', /contradict/],
])('%s is refused', (line, message) => {
  expect(errorOf(line)).toMatch(message);
});

test('help and version are printed and end with exit code 0', () => {
  const written: string[] = [];
  for (const flag of ['--help', '--version']) {
    try {
      parseArguments([flag], '1.2.3', (text) => written.push(text));
    } catch (error) {
      expect((error as CommanderError).exitCode).toBe(0);
    }
  }
  expect(written.join('')).toContain('corpus');
  expect(written.at(-1)).toBe('1.2.3\n');
});
