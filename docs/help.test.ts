/** `--help` and the tables of the README name the same commands and flags. */
import { expect, test } from 'vitest';
import { parseArguments } from '../sim/cli/program.ts';
import { differences } from './compare.ts';
import { commandsInHelp, flagsInHelp } from './help.ts';
import { column, tableWith } from './markdown.ts';
import { textOf } from './test/repository.ts';

const readme = textOf('README.md');

/** commander throws when it has shown its help. */
function helpOf(...words: readonly string[]): string {
  let text = '';
  try {
    parseArguments([...words, '--help'], '0.0.0', (written) => (text += written));
  } catch {
    return text;
  }
  throw new Error('no help was shown');
}

const commands = commandsInHelp(helpOf()).filter((command) => !command.startsWith('help'));
const commandNames = commands.map((command) => command.split(' ')[0] ?? '');

test('commands', () => {
  expect(commands.length).toBeGreaterThan(3);
  expect(differences(column(tableWith(readme, 'command', 'what it does'), 0), commands)).toEqual([]);
});

test('exit codes, of the program and of each command', () => {
  const documented = tableWith(readme, 'exit code', 'meaning').rows.map(([code, meaning]) => `${code}  ${meaning}`);
  for (const help of [helpOf(), helpOf('replay')]) {
    const lines = help.slice(help.indexOf('Exit codes:')).split('\n').slice(1);
    const told = lines.filter((line) => line !== '').map((line) => line.trim().replace(/^(\d+) +/, '$1  '));
    expect(differences(documented, told)).toEqual([]);
  }
});

test('flags, where they are taken, and what they usually are', () => {
  const { rows } = tableWith(readme, 'flag', 'commands', 'usually', 'what it does');
  const documented = rows.flatMap(([flag = '', takers = '', usually = '']) =>
    takers.split(', ').map((taker) => `${taker} ${flag} ${usuallyFor(taker, usually)}`.trim()),
  );
  const own = commandNames.flatMap((name) =>
    flagsInHelp(helpOf(name), 'Options').map(({ flag, usually }) =>
      `${name} ${flag} ${readable(flag, usually)}`.trim(),
    ),
  );
  const everywhere = flagsInHelp(helpOf('run'), 'Global Options').map(({ flag }) => `all ${flag}`);
  const actual = [...own.filter((item) => !item.endsWith(' --help')), 'all --help', ...everywhere];
  expect(differences(documented, actual)).toEqual([]);
});

/** `50 (defects)` is so for `defects` alone. */
function usuallyFor(taker: string, usually: string): string {
  const [, value, only] = /^(.*?)(?: \((\w+)\))?$/.exec(usually) ?? [];
  return only === undefined || only === taker ? (value ?? '') : '';
}

/** The number of workers is the machine's. */
function readable(flag: string, usually: string): string {
  return flag.startsWith('--jobs') && /^\d+$/.test(usually) ? 'one for each core' : usually;
}
