import { CommanderError } from 'commander';
import { expect, test } from 'vitest';
import { parseArguments } from './program.ts';

const parse = (line: string) => parseArguments(line === '' ? [] : line.split(' '), '1.2.3', () => undefined);

function complaint(line: string): string {
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
  ['shrink a1b2c3 --time 5s', { command: 'shrink', replay: 'a1b2c3', flags: { time: 5000 } }],
  ['shrink a1b2c3', { command: 'shrink', flags: { time: 30_000 } }],
  ['defects', { command: 'defects', ids: [], flags: { seeds: 50, seedStart: '0x1' } }],
  ['defects one two --seed-start 0x9', { command: 'defects', ids: ['one', 'two'], flags: { seedStart: '0x9' } }],
  ['corpus check', { command: 'corpus' }],
  ['init', { command: 'init', directory: undefined }],
  ['init app', { command: 'init', directory: 'app' }],
])('%s', (line, request) => {
  expect(parse(line).request).toMatchObject(request);
});

test('flags of the output stand before or after the command', () => {
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
  ['--seed 0x1 --seed 0x2', /'--seed <seed>' argument '0x2' is invalid\. It was given before/],
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
  ['replya a', /^there is no command replya; there are: run, replay, shrink, defects, corpus, init$/],
  ['help nope', /^there is no command nope; there are: run, replay, shrink, defects, corpus, init$/],
  ['help --json nope', /^there is no command nope; there are: run/],
  ['run a.ts b.ts', /^run takes one scenario, not also b\.ts$/],
  ['init a b', /too many arguments/],
  ['corpus', /missing required argument/],
  ['corpus sing', /Allowed choices are check/],
  ['--quiet --verbose', /contradict/],
])('%s is refused', (line, said) => {
  expect(complaint(line)).toMatch(said);
});

test('help and version are written, and end well', () => {
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
