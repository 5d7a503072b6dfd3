/**
 * `init [directory]`: writes a first scenario, a vitest file and an npm script. Asks nothing and
 * overwrites nothing.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { printable } from '../kernel/printable.ts';
import { withMember } from '../project/package-json.ts';
import { projectOf } from '../project/project.ts';
import { quoted, shownPath } from '../project/shell-command.ts';
import { type Starter, starterFor } from '../project/starter.ts';
import { UsageError } from '../project/usage-error.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import type { Session } from './session.ts';

/** What happened to a file. */
type Change = 'created' | 'changed' | 'kept';

interface FileChange {
  readonly file: string;
  readonly change: Change;
  readonly note: string;
}

const NEW_PACKAGE = '{\n  "private": true,\n  "type": "module"\n}\n';

export function initCommand(session: Session, named = '.'): ExitCode {
  const { workingFolder, output } = session;
  const folder = path.resolve(workingFolder, named);
  const shown = printable(named);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new UsageError(`${shown} is not a directory`);
  return withFileErrors(shown, () => {
    const starter = starterFor(folder);
    const home = projectOf(folder) ?? folder;
    const scenario = path.join(folder, starter.scenario);
    // Read first: a package.json that is invalid leaves everything as it was.
    const change = packageChange(home, shownPath(scenario, home), workingFolder);
    const changes = [...createFiles(folder, starter, workingFolder), change()];
    const command = session.command('run', quoted(shownPath(scenario, workingFolder)));
    output.result((palette) => [...changes.map((one) => lineOf(one, changes)), '', `  ${palette.bold(command)}`]);
    const filesOf = (what: Change) => changes.filter(({ change }) => change === what).map(({ file }) => file);
    output.document({
      directory: shownPath(folder, workingFolder),
      created: filesOf('created'),
      changed: filesOf('changed'),
      kept: filesOf('kept'),
      command,
    });
    return EXIT.held;
  });
}

function createFiles(folder: string, { files, scenario, system }: Starter, workingFolder: string): FileChange[] {
  const notes = new Map([
    [system, 'a system to begin with: it exports start(node)'],
    [scenario, `the scenario, for ${system}`],
  ]);
  return files.map(({ name, text }): FileChange => {
    const file = path.join(folder, name);
    const change = createFile(file, text) ? 'created' : 'kept';
    return { file: shownPath(file, workingFolder), change, note: notes.get(name) ?? 'the scenario as a vitest test' };
  });
}

/** False when the file exists. */
function createFile(file: string, text: string): boolean {
  try {
    writeFileSync(file, text, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Adds the script `sim`, and the scenario that `seedstorm run` runs by default. Returns what writes
 * it.
 */
function packageChange(home: string, scenario: string, workingFolder: string): () => FileChange {
  const file = path.join(home, 'package.json');
  const isNew = !existsSync(file);
  const before = isNew ? NEW_PACKAGE : readFileSync(file, 'utf8');
  const shown = shownPath(file, workingFolder);
  const added: string[] = [];
  const add = (text: string, section: string, key: string, value: string): string => {
    const longer = withMember(text, section, key, value);
    if (longer !== null) added.push(`${section}.${key}`);
    return longer ?? text;
  };
  let after: string;
  try {
    after = add(before, 'scripts', 'sim', `seedstorm run ${quoted(scenario)}`);
    after = add(after, 'seedstorm', 'scenario', scenario);
  } catch {
    throw new UsageError(`${shown} is not valid JSON`);
  }
  return () => {
    if (added.length === 0) return { file: shown, change: 'kept', note: 'it has scripts.sim and seedstorm.scenario' };
    writeFileSync(file, after);
    return { file: shown, change: isNew ? 'created' : 'changed', note: added.join(' and ') };
  };
}

function lineOf({ file, change, note }: FileChange, all: readonly FileChange[]): string {
  const width = Math.max(...all.map((one) => one.file.length));
  return `${change.padEnd(7)}  ${printable(file).padEnd(width)}  ${change === 'kept' ? 'exists already' : note}`;
}

function withFileErrors(shown: string, act: () => ExitCode): ExitCode {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined || error instanceof UsageError) throw error;
    throw new UsageError(`can't write to ${shown} (${code})`);
  }
}
