/**
 * The command line as it is read: commands, their flags, and what each of them is.
 */
import { availableParallelism } from 'node:os';
import { Argument, Command, CommanderError, Option } from 'commander';
import { UsageError } from '../project/usage-error.ts';
import { STRATEGIES } from '../kernel/strategy.ts';
import { PROFILES } from '../plan/profile.ts';
import { PLAN_LIMITS } from '../plan/shape.ts';
import type { MutantsFlags } from './mutants-command.ts';
import { EXIT_MEANINGS } from './exit-code.ts';
import type { OutputFlags } from './output.ts';
import type { RunFlags } from './run-command.ts';
import type { PoolFlags } from './session.ts';
import type { ShrinkFlags } from './shrink-command.ts';
import { countBetween, once, parseDuration, parseSeedValue, parseShardValue } from './values.ts';

/** What was asked for. */
export type Request =
  | { readonly command: 'run'; readonly scenario: string | undefined; readonly flags: RunFlags }
  | { readonly command: 'replay'; readonly replay: string; readonly flags: PoolFlags }
  | { readonly command: 'shrink'; readonly replay: string; readonly flags: ShrinkFlags }
  | { readonly command: 'defects'; readonly ids: readonly string[]; readonly flags: MutantsFlags }
  | { readonly command: 'corpus'; readonly flags: PoolFlags }
  | { readonly command: 'init'; readonly directory: string | undefined };

export interface Parsed {
  readonly request: Request;
  readonly output: OutputFlags;
}

const SEEDS_MAX = 1e12;
const JOBS_MAX = 256;
const DEFECT_SEEDS = 50;

/** Reads arguments. Throws CommanderError (also for help and version, which `write` then was given) or UsageError. */
export function parseArguments(argv: readonly string[], version: string, write: (text: string) => void): Parsed {
  let request: Request | null = null;
  const program = createProgram(version, write, (asked) => {
    request = asked;
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (isHelpForNobody(error)) throw noCommand(wordAfterHelp(argv), program);
    throw error;
  }
  if (request === null) throw new UsageError('no command');
  return { request, output: outputFlags(program.opts()) };
}

/** What is asked of the output, as far as it can be told when the arguments are not in order. */
export function guessOutputFlags(argv: readonly string[]): OutputFlags {
  return { json: argv.includes('--json'), quiet: false, verbose: false, color: !argv.includes('--no-color') };
}

function outputFlags(options: Partial<OutputFlags>): OutputFlags {
  const { json = false, quiet = false, verbose = false, color = true } = options;
  if (quiet && verbose) throw new UsageError('--quiet and --verbose contradict each other');
  return { json, quiet, verbose, color };
}

function createProgram(version: string, write: (text: string) => void, ask: (request: Request) => void): Command {
  const program = new Command('seedstorm')
    .description('One seed decides everything: finds what breaks a realtime gateway, and shows it again.')
    .version(version)
    .option('--json', 'one JSON document on stdout')
    .option('--quiet', 'failures only')
    .option('--verbose', 'everything there is to see')
    .option('--no-color', 'no colours')
    .configureHelp({ showGlobalOptions: true })
    // Nothing is written by commander itself: what is wrong is said in one line by whoever catches the error.
    .configureOutput({ writeOut: write, writeErr: () => undefined, outputError: () => undefined })
    .exitOverride()
    .addHelpText('afterAll', `\nExit codes:\n${exitCodeLines().join('\n')}`);

  withPool(program.command('run [scenario]', { isDefault: true }))
    .description('run seeds and check properties; for 10 s unless told otherwise')
    .allowExcessArguments()
    .option('--seeds <n>', 'so many seeds', countBetween(1, SEEDS_MAX))
    .option('--time <time>', 'for so long: 500ms, 10s, 2m, 1h', parseDuration)
    .option('--seed <seed>', 'this one seed', once(parseSeedValue))
    .option('--seed-start <seed>', 'the first seed; a fresh one otherwise', parseSeedValue)
    .option('--shard <i/n>', 'every n-th seed only, beginning with the i-th', parseShardValue)
    .addOption(
      new Option('--bail [n]', 'stop after so many failing seeds').preset('1').argParser(countBetween(1, SEEDS_MAX)),
    )
    .option('--clients <n>', 'so many actors of each kind', countBetween(1, PLAN_LIMITS.actors))
    .option('--nodes <n>', 'so many nodes', countBetween(1, PLAN_LIMITS.nodes))
    .addOption(
      new Option('--strategy <name>', 'how delays and order are chosen; a portfolio otherwise').choices(STRATEGIES),
    )
    .addOption(new Option('--profile <name>', 'which kinds of faults; all otherwise').choices(Object.keys(PROFILES)))
    .option('--require-marks', 'fail when a mark was never reached')
    .option('--max-steps <n>', 'end a run that takes more steps', countBetween(1, Number.MAX_SAFE_INTEGER))
    .addOption(duration('--shrink-time <time>', 'the most time to make one failure small', '10s'))
    .action((scenario: string | undefined, flags: RunFlags, command: Command) => {
      checkCommand(command);
      ask({ command: 'run', scenario, flags });
    });

  withPool(program.command('replay <file-or-id>'))
    .description('run one replay and print its trace and verdict')
    .action((replay: string, flags: PoolFlags) => ask({ command: 'replay', replay, flags }));

  withPool(program.command('shrink <file-or-id>'))
    .description('make a replay smaller')
    .addOption(duration('--time <time>', 'the most time to take', '30s'))
    .action((replay: string, flags: ShrinkFlags) => ask({ command: 'shrink', replay, flags }));

  withPool(program.command('defects [id...]'))
    .description('plant each defect and show how it is found')
    .option('--scenario <file>', 'the scenario whose defects are planted')
    .option('--seeds <n>', 'at most so many seeds for each', countBetween(1, SEEDS_MAX), DEFECT_SEEDS)
    .option('--seed-start <seed>', 'the first seed', parseSeedValue, '0x1')
    .addOption(duration('--shrink-time <time>', 'the most time to make one failure small', '10s'))
    .action((ids: string[], flags: MutantsFlags) => ask({ command: 'defects', ids, flags }));

  withPool(program.command('corpus'))
    .description('replay everything in replays/ and compare with what each file expects')
    .addArgument(new Argument('<action>').choices(['check']))
    .action((_action: string, flags: PoolFlags) => ask({ command: 'corpus', flags }));

  program
    .command('init [directory]')
    .description('write a first scenario, a vitest file and an npm script; overwrite nothing')
    .action((directory: string | undefined) => ask({ command: 'init', directory }));
  return program;
}

function exitCodeLines(): string[] {
  return Object.entries(EXIT_MEANINGS).map(([code, meaning]) => `  ${code.padEnd(5)}${meaning}`);
}

function withPool(command: Command): Command {
  return command
    .option('--jobs <n>', 'so many workers', countBetween(1, JOBS_MAX), availableParallelism())
    .addOption(duration('--stuck-time <time>', 'a step that takes longer is stuck', '10s'));
}

function duration(flags: string, description: string, usual: string): Option {
  return new Option(flags, description).argParser(parseDuration).default(parseDuration(usual), usual);
}

/** `run` is the default, so the name of a command that does not exist arrives as its scenario. */
function checkCommand(command: Command): void {
  const [first = '', ...more] = command.args;
  if (more.length === 0) return;
  if (/\.[cm]?[jt]s$/.test(first)) throw new UsageError(`run takes one scenario, not also ${more.join(' ')}`);
  throw noCommand(first, command.parent);
}

/** Of a command that is not there, commander shows the help of all as an error, without a word about it. */
function isHelpForNobody(error: unknown): boolean {
  return error instanceof CommanderError && error.code === 'commander.help' && error.exitCode !== 0;
}

function wordAfterHelp(argv: readonly string[]): string {
  return argv.slice(argv.indexOf('help') + 1).find((word) => !word.startsWith('-')) ?? '';
}

function noCommand(name: string, program: Command | null): UsageError {
  const known = program?.commands.map((command) => command.name()) ?? [];
  return new UsageError(`there is no command ${name}; there are: ${known.join(', ')}`);
}
