/** docs/cli.md, `--help` and the code have the same commands, flags, profiles and exit codes. */
import { expect, test } from 'vitest';
import { EXIT, EXIT_MEANINGS } from '../sim/cli/exit-code.ts';
import { FORMER_COMMANDS, FORMER_PROFILES } from '../sim/cli/former-names.ts';
import { parseArguments } from '../sim/cli/program.ts';
import { kindsOf, PROFILES } from '../sim/plan/profile.ts';
import { FAULT_KINDS } from '../sim/world/faults/catalogue.ts';
import { differences } from './compare.ts';
import { commandsInHelp, flagsInHelp } from './help.ts';
import { column, tableWith } from './markdown.ts';
import { textOf } from './test/repository.ts';

const page = textOf('docs/cli.md');

/** commander throws after it has written the help. */
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
  expect(differences(column(tableWith(page, 'command', 'what it does'), 0), commands)).toEqual([]);
});

test('exit codes, in --help of the program and of each command', () => {
  const documented = tableWith(page, 'exit code', 'meaning').rows.map(([code, meaning]) => `${code}  ${meaning}`);
  expect(
    differences(
      documented,
      Object.entries(EXIT_MEANINGS).map((entry) => entry.join('  ')),
    ),
  ).toEqual([]);
  expect(Object.keys(EXIT_MEANINGS).map(Number).sort()).toEqual(Object.values(EXIT).sort());
  for (const help of [helpOf(), helpOf('replay')]) {
    const lines = help.slice(help.indexOf('Exit codes:')).split('\n').slice(1);
    const shown = lines.filter((line) => line !== '').map((line) => line.trim().replace(/^(\d+) +/, '$1  '));
    expect(differences(documented, shown)).toEqual([]);
  }
});

test('profiles, with the kinds of faults that they inject', () => {
  const kinds = [...FAULT_KINDS.keys()];
  const documented = tableWith(page, 'profile', 'injects').rows.map(([profile, injects = '']) => {
    const named = [...injects.matchAll(/`([\w-]+)`/g)].map(([, kind = '']) => kind);
    const injected = injects.startsWith('every kind') ? kinds : kinds.filter((kind) => named.includes(kind));
    expect(named.filter((kind) => !FAULT_KINDS.has(kind))).toEqual([]);
    return `${profile}: ${injected.join(', ')}`;
  });
  const actual = Object.entries(PROFILES).map(([name, profile]) => `${name}: ${kindsOf(profile, kinds).join(', ')}`);
  expect(differences(documented, actual)).toEqual([]);
});

test('former names that are still accepted', () => {
  for (const [former, current] of Object.entries(FORMER_COMMANDS))
    expect(page).toContain(`\`${former}\`, the former name of \`${current}\`, is accepted`);
  for (const [former, current] of FORMER_PROFILES)
    expect(page).toContain(`\`${former}\`, the former name of the profile \`${current}\`, is accepted`);
});

test('flags, with their commands and defaults', () => {
  const { rows } = tableWith(page, 'flag', 'commands', 'default', 'what it does');
  const documented = rows.flatMap(([flag = '', takers = '', value = '']) =>
    takers.split(', ').map((command) => `${command} ${flag} ${defaultFor(command, value)}`.trim()),
  );
  const own = commandNames.flatMap((name) =>
    flagsInHelp(helpOf(name), 'Options').map(({ flag, defaultValue }) =>
      `${name} ${flag} ${independentOfMachine(flag, defaultValue)}`.trim(),
    ),
  );
  const everywhere = flagsInHelp(helpOf('run'), 'Global Options').map(({ flag }) => `all ${flag}`);
  const actual = [...own.filter((item) => !item.endsWith(' --help')), 'all --help', ...everywhere];
  expect(differences(documented, actual)).toEqual([]);
});

/** `50 (mutants)` is the default of `mutants` only. */
function defaultFor(command: string, cell: string): string {
  const [, value, only] = /^(.*?)(?: \((\w+)\))?$/.exec(cell) ?? [];
  return only === undefined || only === command ? (value ?? '') : '';
}

function independentOfMachine(flag: string, defaultValue: string): string {
  return flag.startsWith('--jobs') && /^\d+$/.test(defaultValue) ? 'number of cores' : defaultValue;
}
