#!/usr/bin/env node
/**
 * Entry of the command line: parses arguments, runs the command, and turns every error into one
 * line on stderr and an exit code. Loads only the command that is run: an error of usage, or
 * `--help`, needs none.
 */
import { CommanderError } from 'commander';
import { simulatorVersion } from '../project/simulator.ts';
import { printable } from '../kernel/printable.ts';
import { EXIT, type ExitCode, exitCodeOfError } from './exit-code.ts';
import { Interrupt } from './interrupt.ts';
import { Output } from './output.ts';
import { guessOutputFlags, type Parsed, parseArguments, type Request } from './program.ts';
import { Session } from './session.ts';
import { WrittenOutput } from './written-output.ts';

/** Enough for the names of all faults. */
const ERROR_LENGTH_MAX = 1000;

const nowMs = (): number => performance.now();
const { stdout, stderr } = process;
const streams = { stdout, stderr, environment: process.env, nowMs };

// Workers inherit the time zone. A run must not depend on the machine's.
process.env['TZ'] = 'UTC';

const written = new WrittenOutput(streams, () => {
  process.exitCode = EXIT.internal;
});
const exitCode = await main(process.argv.slice(2));
// A script could not tell lost output from a good result. `onLost` covers a loss noticed later.
process.exitCode = written.isLost ? EXIT.internal : exitCode;

async function main(argv: readonly string[]): Promise<ExitCode> {
  let parsed: Parsed;
  try {
    parsed = parseArguments(argv, simulatorVersion(), (text) => stdout.write(text));
  } catch (error) {
    const code = exitCodeOfError(error);
    if (code !== EXIT.held) new Output(guessOutputFlags(argv), streams).complain(oneLine(error));
    return code;
  }
  const output = new Output(parsed.output, streams);
  const interrupt = new Interrupt(process, {
    nowMs,
    onFirst: () => output.note('finishing current runs; press Ctrl-C again to stop at once'),
    // A thread that never yields would keep the process alive.
    onSecond: () => process.exit(EXIT.interrupted),
  });
  written.onError(() => interrupt.stopSilently());
  const session = new Session({ workingFolder: process.cwd(), output, interrupt, nowMs });
  for (const note of parsed.notes) output.note(note);
  try {
    return await execute(session, parsed.request);
  } catch (error) {
    if (interrupt.pressed) return EXIT.interrupted;
    output.complain(output.flags.verbose && error instanceof Error ? (error.stack ?? error.message) : oneLine(error));
    return exitCodeOfError(error);
  } finally {
    await session.close();
  }
}

async function execute(session: Session, request: Request): Promise<ExitCode> {
  switch (request.command) {
    case 'run':
      return (await import('./run-command.ts')).runCommand(session, request.scenario, request.flags);
    case 'replay':
      return (await import('./replay-command.ts')).replayCommand(session, request.replay, request.flags);
    case 'view':
      return (await import('./view/view-command.ts')).viewCommand(session, request.replay, request.flags);
    case 'shrink':
      return (await import('./shrink-command.ts')).shrinkCommand(session, request.replay, request.flags);
    case 'bisect':
      return (await import('./bisect-command.ts')).bisectCommand(session, request.replay, request.flags);
    case 'mutants':
      return (await import('./mutants-command.ts')).mutantsCommand(session, request.ids, request.flags);
    case 'corpus':
      return await corpus(session, request);
    case 'init':
      return (await import('./init-command.ts')).initCommand(session, request.directory);
  }
}

async function corpus(
  session: Session,
  { action, replays, flags }: Extract<Request, { command: 'corpus' }>,
): Promise<ExitCode> {
  if (action === 'check') return await (await import('./corpus/check-corpus.ts')).checkCorpus(session, flags);
  if (action === 'update')
    return await (await import('./corpus/update-replays.ts')).updateReplays(session, replays, flags);
  return await (await import('./corpus/close-replays.ts')).closeReplays(session, replays, flags);
}

function oneLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  // Commander puts its suggestion on a second line. The message of a worker's error includes a
  // stack.
  const lines = error instanceof CommanderError ? message.replace(/^error: /, '').split('\n') : message.split('\n', 1);
  return printable(lines.join(' '), ERROR_LENGTH_MAX);
}
