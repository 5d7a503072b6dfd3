/**
 * Another revision of a project, in a temporary worktree of its repository. The checkout of the
 * user, its branch and its index are never touched.
 */
import { existsSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UsageError } from '../../project/usage-error.ts';
import { git, GitError } from './git.ts';

export interface Revision {
  /** 40 or 64 hexadecimal digits. */
  readonly commit: string;
  readonly short: string;
  readonly subject: string;
}

export class Worktree {
  /** The project's folder in the worktree. A revision may lack it. */
  readonly project: string;
  readonly #repository: string;
  readonly #tree: string;
  /** Path of the project within the repository. */
  readonly #inside: string;

  private constructor(repository: string, tree: string, inside: string) {
    this.#repository = repository;
    this.#tree = tree;
    this.#inside = inside;
    this.project = path.join(tree, inside);
  }

  /** Throws UsageError if the project is in no repository. */
  static async create(project: string): Promise<Worktree> {
    const repository = await repositoryOf(project);
    const tree = path.join(realpathSync(mkdtempSync(path.join(tmpdir(), 'seedstorm-worktree-'))), 'tree');
    await git(repository, 'worktree', 'add', '--quiet', '--detach', tree, 'HEAD');
    return new Worktree(repository, tree, path.relative(repository, realpathSync(project)));
  }

  async remove(): Promise<void> {
    await git(this.#repository, 'worktree', 'remove', '--force', this.#tree);
    rmSync(path.dirname(this.#tree), { recursive: true, force: true });
  }

  /** Runs git in the worktree. */
  async git(...parameters: readonly string[]): Promise<string> {
    return await git(this.#tree, ...parameters);
  }

  /** Throws UsageError for a name that is not a commit. */
  async find(name: string): Promise<Revision> {
    try {
      return await this.describe((await this.git('rev-parse', '--verify', '--quiet', `${name}^{commit}`)).trim());
    } catch (error) {
      if (error instanceof GitError) throw new UsageError(`unknown revision ${name}`);
      throw error;
    }
  }

  async describe(commit: string): Promise<Revision> {
    const [short = '', subject = ''] = (await this.git('log', '-1', '--format=%h%n%s', commit)).split('\n');
    return { commit, short, subject };
  }

  async checkOut(revision: Revision): Promise<void> {
    await this.git('checkout', '--quiet', '--force', '--detach', revision.commit);
    this.linkPackages();
  }

  /** Links the installed packages of the user's checkout, those of the folders above included. */
  linkPackages(): void {
    const folders = ['', ...ancestors(this.#inside)];
    for (const folder of folders) {
      const from = path.join(this.#repository, folder, 'node_modules');
      const to = path.join(this.#tree, folder, 'node_modules');
      if (existsSync(from) && !existsSync(to) && existsSync(path.dirname(to))) symlinkSync(from, to, 'junction');
    }
  }
}

async function repositoryOf(project: string): Promise<string> {
  try {
    return realpathSync((await git(project, 'rev-parse', '--show-toplevel')).trim());
  } catch (error) {
    if (error instanceof GitError) throw new UsageError(`${project} is not in a git repository`);
    throw error;
  }
}

/** `a/b/c`: `a`, `a/b` and `a/b/c`. */
function ancestors(inside: string): string[] {
  const parts = inside.split(path.sep).filter((part) => part !== '');
  return parts.map((_, index) => path.join(...parts.slice(0, index + 1)));
}
