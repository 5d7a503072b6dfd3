/** Calls `git`. */
import { execFile } from 'node:child_process';
import { UsageError } from '../../project/usage-error.ts';

/** Set by git for hooks and aliases; they would name the repository of the caller. */
const INHERITED = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_PREFIX'];

/** A command of git ended with an exit code other than 0. */
export class GitError extends Error {
  /** What it printed on stdout. */
  readonly output: string;

  constructor(message: string, output: string) {
    super(message);
    this.name = 'GitError';
    this.output = output;
  }
}

/**
 * Returns what the command prints on stdout. Throws GitError if it fails, with the first line of
 * stderr, and UsageError if git is not installed. Hooks do not run, texts are English.
 */
export function git(folder: string, ...parameters: readonly string[]): Promise<string> {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: 'C' };
  for (const name of INHERITED) delete env[name];
  const settings = ['-c', 'core.hooksPath=/dev/null', '-c', 'advice.detachedHead=false'];
  return new Promise((resolve, reject) => {
    execFile('git', [...settings, ...parameters], { cwd: folder, env, encoding: 'utf8' }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else if (error.code === 'ENOENT') reject(new UsageError('git is not installed; bisect and --against need it'));
      else reject(new GitError(stderr.trim().split('\n', 1)[0] ?? '', stdout));
    });
  });
}
