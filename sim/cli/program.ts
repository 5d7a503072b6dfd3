/**
 * The definition of the command line: commands, arguments and flags.
 */
import { availableParallelism } from 'node:os';
import { Argument, Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../project/usage-error.ts';
import { STRATEGIES } from '../kernel/strategy.ts';
import { PROFILES } from '../plan/profile.ts';
import { PLAN_LIMITS } from '../plan/shape.ts';
import { parseSteps } from '../api/state/state-query.ts';
import { parseRange } from '../project/revision-range.ts';
import type { BisectFlags } from './bisect-command.ts';
import type { MutantsFlags } from './mutants-command.ts';
import { EXIT_MEANINGS } from './exit-code.ts';
import { FORMER_COMMANDS, FORMER_PROFILES } from './former-names.ts';
import type { OutputFlags } from './output.ts';
import type { ReplayFlags } from './replay/answers.ts';
import type { RunFlags } from './run-command.ts';
import type { PoolFlags } from './session.ts';
import type { ShrinkFlags } from './shrink-command.ts';
import type { ViewFlags } from './view/view-command.ts';
import {
  countBetween,
  once,
  parseDuration,
  parseFaults,
  parseId,
  parseNames,
  parseSeedValue,
  parseShardValue,
  parseText,
} from './values.ts';

/** One command with its arguments and flags. */
export type Request =
  | { readonly command: 'run'; readonly scenario: string | undefined; readonly flags: RunFlags }
  | { readonly command: 'replay'; readonly replay: string; readonly flags: ReplayFlags }
  | { readonly command: 'view'; readonly replay: string; readonly flags: ViewFlags }
  | { readonly command: 'shrink'; readonly replay: string; readonly flags: ShrinkFlags }
  | { readonly command: 'bisect'; readonly replay: string; readonly flags: BisectFlags }
  | { readonly command: 'mutants'; readonly ids: readonly string[]; readonly flags: MutantsFlags }
  | {
      readonly command: 'corpus';
      readonly action: CorpusAction;
      readonly replays: readonly string[];
      readonly flags: PoolFlags;
    }
  | { readonly command: 'init'; readonly directory: string | undefined };

export interface Parsed {
  readonly request: Request;
  readonly output: OutputFlags;
  /** One line for each former name that was used, with today's name. */
  readonly notes: readonly string[];
}

const CORPUS_ACTIONS = ['check', 'update', 'close'] as const;
type CorpusAction = (typeof CORPUS_ACTIONS)[number];

/** Receives the results of parsing. */
interface Sink {
  readonly request: (request: Request) => void;
  readonly note: (text: string) => void;
}

const SEEDS_MAX = 1e12;
const JOBS_MAX = 256;
const STEP_MAX = 1e12;
const MUTANT_SEEDS = 50;

/**
 * Parses arguments. Throws CommanderError or UsageError for invalid ones; for `--help` and
 * `--version` it calls `write` with the text and throws CommanderError with exit code 0.
 */
export function parseArguments(argv: readonly string[], version: string, write: (text: string) => void): Parsed {
  let request: Request | null = null;
  const notes: string[] = [];
  const program = createProgram(version, write, {
    request: (parsed) => {
      request = parsed;
    },
    note: (text) => notes.push(text),
  });
  try {
    program.parse(argv, { from: 'user' });
  } catch (error) {
    if (isHelpOfUnknownCommand(error)) throw unknownCommand(wordAfterHelp(argv), program);
    throw error;
  }
  if (request === null) throw new UsageError('no command given; see --help');
  return { request, output: outputFlags(program.opts()), notes };
}

/** The output flags of arguments that could not be parsed, for printing the error. */
export function guessOutputFlags(argv: readonly string[]): OutputFlags {
  return { json: argv.includes('--json'), quiet: false, verbose: false, color: !argv.includes('--no-color') };
}

function outputFlags(options: Partial<OutputFlags>): OutputFlags {
  const { json = false, quiet = false, verbose = false, color = true } = options;
  if (quiet && verbose) throw new UsageError('--quiet and --verbose contradict each other; leave one out');
  return { json, quiet, verbose, color };
}

function createProgram(version: string, write: (text: string) => void, sink: Sink): Command {
  const program = new Command('seedstorm')
    .description('Deterministic simulation and chaos tests for realtime WebSocket gateways on Node.js and Redis.')
    .version(version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .option('--json', 'print one JSON document on stdout, everything else on stderr')
    .option('--quiet', 'print failures only')
    .option('--verbose', 'print longer reports with full stacks; with `replay`: every record')
    .option('--no-color', 'disable colours')
    .configureHelp({ showGlobalOptions: true })
    // The caller prints every error, as one line.
    .configureOutput({ writeOut: write, writeErr: () => undefined, outputError: () => undefined })
    .exitOverride()
    .addHelpText('afterAll', `\nExit codes:\n${exitCodeLines().join('\n')}`);

  withPool(program.command('run [scenario]', { isDefault: true }))
    .description('run seeds and check properties (default command), for 10 s unless --seeds or --time is given')
    .allowExcessArguments()
    .option('--seeds <n>', 'number of seeds to run', countBetween(1, SEEDS_MAX))
    .option('--time <time>', 'time to run, such as 500ms, 10s, 2m or 1h', parseDuration)
    .option('--seed <seed>', 'run this seed only', once(parseSeedValue))
    .option('--seed-start <seed>', 'first seed; random if omitted', parseSeedValue)
    .option('--shard <i/n>', 'run every n-th seed, starting with the i-th', parseShardValue)
    .addOption(new Option('--bail [n]', 'stop after n failing seeds').preset('1').argParser(countBetween(1, SEEDS_MAX)))
    .option('--variant <id>', 'plant this variant of the scenario, such as a mutant', once(parseId))
    .option('--clients <n>', 'number of actors of each kind', countBetween(1, PLAN_LIMITS.actors))
    .option('--nodes <n>', 'number of nodes', countBetween(1, PLAN_LIMITS.nodes))
    .addOption(
      new Option('--strategy <name>', 'how delays and order are chosen; varies if omitted').choices(STRATEGIES),
    )
    .addOption(profileOption(sink))
    .option('--faults <names>', 'kinds and groups of faults, such as redis,-redis-stall', once(parseFaults))
    .option('--require-marks', 'fail if any mark was not reached')
    .option('--max-steps <n>', 'fail a run that takes more than n steps', countBetween(1, Number.MAX_SAFE_INTEGER))
    .addOption(duration('--shrink-time <time>', 'time limit for shrinking one failure', '10s'))
    .action((scenario: string | undefined, flags: RunFlags, command: Command) => {
      checkArguments(command);
      sink.request({ command: 'run', scenario, flags });
    });

  withPool(program.command('replay <file-or-id>'))
    .description('run one replay and print its trace and verdict')
    .addOption(
      new Option('--inspect [step]', 'wait for a debugger, and stop in your own code in this step; 1 if omitted')
        .preset('1')
        .argParser(once(countBetween(1, STEP_MAX))),
    )
    .addOption(
      new Option(
        '--why [record]',
        'print what led to this record, instead of the trace; to the failure if omitted',
      ).argParser(once(countBetween(1, STEP_MAX))),
    )
    .addOption(
      new Option(
        '--effects [record]',
        'print what this record led to, instead of the trace; what the failure names led to if omitted',
      ).argParser(once(countBetween(1, STEP_MAX))),
    )
    .option('--diff', 'compare with the nearest run that passes, instead of the trace')
    .option('--html [file]', 'write a page that shows the run, instead of the trace; beside the replay if omitted')
    .option('--against <revision>', 'compare with the run on the code of this git revision, instead of the trace')
    .option(
      '--inevitable',
      'find the step that decided the failure, instead of the trace: 30 futures from each of 20 steps',
    )
    .option(
      '--state <steps>',
      'print how the state changed in these steps, such as 60..66, instead of the trace',
      once(parseSteps),
    )
    .option(
      '--last-change <name>',
      'print the last change of this value, such as Room.1.#members, instead of the trace',
    )
    .option(
      '--suspect',
      'print the lines of code that failing runs execute and passing ones do not, instead of the trace',
    )
    .addOption(
      new Option(
        '--lines [step]',
        'print the lines of code that ran in this step, instead of the trace; in that of the failure if omitted',
      ).argParser(once(countBetween(1, STEP_MAX))),
    )
    .option('--step', 'step through the run with commands, such as next, back, why and watch')
    .option('--from <step>', 'show records from this step on', once(countBetween(0, STEP_MAX)))
    .option('--until <step>', 'show records up to this step', once(countBetween(0, STEP_MAX)))
    .option('--only <names>', 'show records of these clients and nodes, such as client-2,node-1', once(parseNames))
    .option('--grep <text>', 'show records whose line contains this text', once(parseText))
    .action((replay: string, flags: ReplayFlags) => sink.request({ command: 'replay', replay, flags }));

  withPool(program.command('view <file-or-id>'))
    .description('write the page of a replay and open it in the default browser')
    .option('--diff', 'show the nearest run that passes beside it')
    .action((replay: string, flags: ViewFlags) => sink.request({ command: 'view', replay, flags }));

  withPool(program.command('shrink <file-or-id>'))
    .description('make a replay smaller')
    .addOption(duration('--time <time>', 'time limit', '30s'))
    .action((replay: string, flags: ShrinkFlags) => sink.request({ command: 'shrink', replay, flags }));

  withPool(program.command('bisect <file-or-id> <range>'))
    .description(
      'find the commit that made a replay fail, in a temporary worktree; <range> is <good>..<bad>, such as v1.2.0..HEAD',
    )
    .action((replay: string, range: string, flags: PoolFlags) =>
      sink.request({ command: 'bisect', replay, flags: { ...flags, range: parseRange(range) } }),
    );

  addMutants(program.command('mutants [id...]'), sink.request);
  for (const [former, current] of Object.entries(FORMER_COMMANDS))
    addMutants(program.command(`${former} [id...]`, { hidden: true }), (request) => {
      sink.note(`the command ${former} is now called ${current}`);
      sink.request(request);
    });

  withPool(program.command('corpus'))
    .description(
      'check: replay every file in replays/ and compare with what it expects; ' +
        'update: write those that fail as before, on changed code, anew; close: mark fixed ones',
    )
    .addArgument(new Argument('<action>').choices(CORPUS_ACTIONS))
    .argument('[replays...]', 'files or ids to update or close; all if omitted')
    .action((action: CorpusAction, replays: string[], flags: PoolFlags) => {
      if (action === 'check' && replays.length > 0)
        throw new UsageError(`corpus check checks all replays; leave out ${replays.join(' ')}`);
      sink.request({ command: 'corpus', action, replays, flags });
    });

  program
    .command('init [directory]')
    .description('write a first scenario, a vitest file and an npm script; overwrite nothing')
    .action((directory: string | undefined) => sink.request({ command: 'init', directory }));
  return program;
}

function addMutants(command: Command, onRequest: (request: Request) => void): void {
  withPool(command)
    .description('plant each mutant and show how it is found')
    .option('--scenario <file>', 'scenario whose mutants are planted')
    .option('--seeds <n>', 'maximum number of seeds for each mutant', countBetween(1, SEEDS_MAX), MUTANT_SEEDS)
    .option('--seed-start <seed>', 'first seed', parseSeedValue, '0x1')
    .addOption(duration('--shrink-time <time>', 'time limit for shrinking one failure', '10s'))
    .action((ids: string[], flags: MutantsFlags) => onRequest({ command: 'mutants', ids, flags }));
}

function profileOption({ note }: Sink): Option {
  const names = Object.keys(PROFILES);
  return new Option('--profile <name>', 'kinds of faults to inject; all if omitted')
    .choices(names)
    .argParser((value: string) => {
      const current = FORMER_PROFILES.get(value) ?? value;
      if (!names.includes(current)) throw new InvalidArgumentError(`Allowed choices are ${names.join(', ')}.`);
      if (current !== value) note(`the profile ${value} is now called ${current}`);
      return current;
    });
}

function exitCodeLines(): string[] {
  return Object.entries(EXIT_MEANINGS).map(([code, meaning]) => `  ${code.padEnd(5)}${meaning}`);
}

function withPool(command: Command): Command {
  return command
    .option('--jobs <n>', 'number of workers', countBetween(1, JOBS_MAX), availableParallelism())
    .addOption(duration('--stuck-time <time>', 'CPU time for one step, and time to load the scenario', '10s'));
}

function duration(flags: string, description: string, defaultText: string): Option {
  return new Option(flags, description).argParser(parseDuration).default(parseDuration(defaultText), defaultText);
}

/** `run` is the default command, so an unknown command arrives as its scenario. */
function checkArguments(command: Command): void {
  const [first = '', ...more] = command.args;
  if (more.length === 0) return;
  if (/\.[cm]?[jt]s$/.test(first)) throw new UsageError(`run takes one scenario; leave out ${more.join(' ')}`);
  throw unknownCommand(first, command.parent);
}

/** After `help nope` commander throws the whole help text as an error that does not name `nope`. */
function isHelpOfUnknownCommand(error: unknown): boolean {
  return error instanceof CommanderError && error.code === 'commander.help' && error.exitCode !== 0;
}

function wordAfterHelp(argv: readonly string[]): string {
  return argv.slice(argv.indexOf('help') + 1).find((word) => !word.startsWith('-')) ?? '';
}

function unknownCommand(name: string, program: Command | null): UsageError {
  const commands = program?.createHelp().visibleCommands(program) ?? [];
  const names = commands.map((command) => command.name()).filter((command) => command !== 'help');
  return new UsageError(`unknown command ${name} (expected one of: ${names.join(', ')})`);
}
