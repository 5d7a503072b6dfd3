/** Finds the commit that made a replay fail, with `git bisect` in a temporary worktree. */
import { LoadError } from '../../load/errors.ts';
import type { FoundReplay } from '../../project/find-replay.ts';
import type { RevisionRange } from '../../project/revision-range.ts';
import { UsageError } from '../../project/usage-error.ts';
import { executeReplay } from '../execute-replay.ts';
import type { Workers } from '../workers.ts';
import { GitError } from './git.ts';
import { type Revision, Worktree } from './worktree.ts';

/** `bad`: the replay fails as saved. `skip`: the revision can't be judged. */
export type Judgement = 'good' | 'bad' | 'skip';

export interface JudgedRevision extends Revision {
  readonly judgement: Judgement;
  /** Why it can't be judged; null for the others. */
  readonly reason: string | null;
}

export interface BisectHooks {
  readonly onJudged?: ((judged: JudgedRevision) => void) | undefined;
  /** Ends the search after the current revision. */
  readonly signal?: AbortSignal | undefined;
}

export interface Bisection {
  /** The first commit in which the replay fails; null if it could not be singled out. */
  readonly first: Revision | null;
  /** The commits that may be the first, if some could not be judged. */
  readonly candidates: readonly Revision[];
  /** In the order in which they were judged. */
  readonly judged: readonly JudgedRevision[];
}

/**
 * Throws UsageError if the project is in no repository, for unknown revisions, and unless the
 * replay passes in `good` and fails in `bad`.
 */
export async function bisectReplay(
  workers: Workers,
  found: FoundReplay,
  range: RevisionRange,
  hooks: BisectHooks = {},
): Promise<Bisection> {
  const worktree = await Worktree.create(found.project);
  try {
    return await new Bisecting(workers, found, worktree, hooks).search(range);
  } finally {
    await worktree.remove();
  }
}

class Bisecting {
  readonly #workers: Workers;
  readonly #found: FoundReplay;
  readonly #worktree: Worktree;
  readonly #hooks: BisectHooks;
  readonly #judged: JudgedRevision[] = [];

  constructor(workers: Workers, found: FoundReplay, worktree: Worktree, hooks: BisectHooks) {
    this.#workers = workers;
    this.#found = found;
    this.#worktree = worktree;
    this.#hooks = hooks;
  }

  async search(range: RevisionRange): Promise<Bisection> {
    const bad = await this.#worktree.find(range.bad);
    const good = await this.#worktree.find(range.good);
    await this.#checkOrder(good, bad);
    await this.#checkEnd(bad, 'bad');
    await this.#checkEnd(good, 'good');
    let output = await this.#worktree.git('bisect', 'start', bad.commit, good.commit);
    while (this.#hooks.signal?.aborted !== true) {
      const first = firstBadIn(output);
      if (first !== null) return await this.#bisection(first, []);
      const current = await this.#worktree.find('HEAD');
      this.#worktree.linkPackages();
      const { judgement } = await this.#judge(current);
      try {
        output = await this.#worktree.git('bisect', judgement);
      } catch (error) {
        const left = error instanceof GitError ? skippedIn(error.output) : [];
        if (left.length === 0) throw error;
        return await this.#bisection(null, left);
      }
    }
    return await this.#bisection(null, []);
  }

  async #checkOrder(good: Revision, bad: Revision): Promise<void> {
    try {
      await this.#worktree.git('merge-base', '--is-ancestor', good.commit, bad.commit);
    } catch (error) {
      if (error instanceof GitError) throw new UsageError(`${good.short} is not an ancestor of ${bad.short}`);
      throw error;
    }
  }

  async #checkEnd(revision: Revision, expected: 'good' | 'bad'): Promise<void> {
    await this.#worktree.checkOut(revision);
    const { judgement, reason } = await this.#judge(revision);
    if (judgement === expected) return;
    const { short } = revision;
    if (judgement === 'skip') throw new UsageError(`${short} can't be judged: ${reason}`);
    throw new UsageError(
      expected === 'bad'
        ? `the replay passes in ${short}; give a revision in which it fails`
        : `the replay fails in ${short}, too; give an earlier revision`,
    );
  }

  async #judge(revision: Revision): Promise<JudgedRevision> {
    const judged = { ...revision, ...(await this.#verdict()) };
    this.#judged.push(judged);
    this.#hooks.onJudged?.(judged);
    return judged;
  }

  async #verdict(): Promise<{ judgement: Judgement; reason: string | null }> {
    const skip = (reason: string) => ({ judgement: 'skip', reason }) as const;
    try {
      const result = await executeReplay(this.#workers, this.#worktree.project, this.#found.replay, {}, new Map());
      switch (result.verdict) {
        case 'exact':
        case 'same-failure':
          return { judgement: 'bad', reason: null };
        case 'fixed':
          return { judgement: 'good', reason: null };
        case 'invalid':
          return skip(result.reason);
        case 'different-failure':
          return skip(`it fails with ${result.report.failure?.signature ?? ''}`);
        case 'diverged':
          return skip('the run is not deterministic');
      }
    } catch (error) {
      if (error instanceof LoadError) return skip(error.message.split('\n', 1)[0] ?? '');
      throw error;
    }
  }

  async #bisection(first: string | null, candidates: readonly string[]): Promise<Bisection> {
    const described: Revision[] = [];
    for (const commit of candidates) described.push(await this.#worktree.describe(commit));
    return {
      first: first === null ? null : await this.#worktree.describe(first),
      candidates: described,
      judged: this.#judged,
    };
  }
}

function firstBadIn(output: string): string | null {
  return /^([0-9a-f]{40,64}) is the first bad commit$/m.exec(output)?.[1] ?? null;
}

function skippedIn(output: string): string[] {
  return [...output.matchAll(/^([0-9a-f]{40,64})$/gm)].map(([commit]) => commit);
}
