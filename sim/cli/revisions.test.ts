/**
 * `bisect` and `replay --against` run the code of other revisions, and leave the checkout as it
 * was.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bisect, replay } from '../index.ts';
import { RUNS_LONG_TESTS, runsLong } from './test/long.ts';
import { TICKER, TICKER_SCENARIO, TICKER_WITH_LEAK } from './test/ticker.ts';
import { Workplace } from './test/command.ts';

let place: Workplace;
let file = '';

const git = (...parameters: string[]): string =>
  execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.org', ...parameters], {
    cwd: place.folder,
    encoding: 'utf8',
  });

function commit(subject: string, ticker: string): void {
  place.write('ticker.ts', ticker);
  git('add', 'package.json', 'ticker.ts', 'ticker.sim.ts');
  git('commit', '--quiet', '--allow-empty', '-m', subject);
  git('tag', subject.replaceAll(' ', '-'));
}

const noted = (text: string, note: string): string => `${text}\n// ${note}\n`;

const hasGit = spawnSync('git', ['--version']).status === 0;
const isLong = runsLong('bisect over commits that can all be judged');
if (!hasGit && RUNS_LONG_TESTS) throw new Error('no git: put git on the PATH');
if (!hasGit) process.stderr.write('\n  SKIPPED: bisect and replay --against; no git: put git on the PATH\n');

beforeAll(async () => {
  if (!hasGit) return;
  place = new Workplace();
  place.write('ticker.sim.ts', TICKER_SCENARIO);
  git('init', '--quiet');
  commit('works', TICKER);
  commit('works still', noted(TICKER, 'one'));
  commit('does not load', 'export const ticker = ;');
  commit('leaks', noted(TICKER_WITH_LEAK, 'two'));
  commit('leaks still', noted(TICKER_WITH_LEAK, 'three'));
  commit('does not load at the end', 'export const ticker = ;');
  git('checkout', '--quiet', '-b', 'side', 'works');
  commit('side', noted(TICKER, 'side'));
  git('checkout', '--quiet', 'leaks-still');
  await place.run('run', 'ticker.sim.ts', '--seeds', '10', '--seed-start', '0x1', '--bail', '--quiet');
  file = `replays/${place.list('replays')[0]}`;
});

afterAll(() => {
  if (hasGit) place.remove();
});

test.runIf(hasGit)('lists the commits that may be the first, and leaves the checkout as it was', async () => {
  git('checkout', '--quiet', '--detach', 'leaks');
  place.write('draft.txt', 'not committed');
  const before = [git('status', '--porcelain'), git('rev-parse', 'HEAD')];
  const { code, stdout } = await place.run('bisect', file, '--', 'works..leaks-still');
  expect(code).toBe(4);
  expect(stdout).toContain('the first bad commit is one of these');
  expect([git('status', '--porcelain'), git('rev-parse', 'HEAD')]).toEqual(before);
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
  expect(git('for-each-ref', 'refs/bisect')).toBe('');
});

test.runIf(hasGit && isLong)('names the first bad commit if all can be judged', async () => {
  const judged: string[] = [];
  const onJudged = ({ subject, judgement }: { subject: string; judgement: string }) =>
    judged.push(`${judgement} ${subject}`);
  git('checkout', '--quiet', '-B', 'straight', 'works-still');
  for (const [index, text] of [TICKER, TICKER_WITH_LEAK, TICKER_WITH_LEAK].entries())
    commit(`straight ${index}`, noted(text, `straight ${index}`));
  const { first, candidates } = await bisect(file, 'works..straight-2', { folder: place.folder, onJudged });
  expect({ subject: first?.subject, candidates }).toEqual({ subject: 'straight 1', candidates: [] });
  expect(judged.slice(0, 2)).toEqual(['bad straight 2', 'good works']);
  const { code, stdout } = await place.run('bisect', file, 'works..straight-2');
  expect(code).toBe(0);
  expect(stdout.trim().split('\n').at(-1)).toMatch(/^first bad commit: [0-9a-f]{7,} straight 1$/);
  const { stdout: json } = await place.run('bisect', file, 'works..straight-2', '--json');
  expect(JSON.parse(json)).toMatchObject({ first: first?.commit, candidates: [], interrupted: false });
});

test.runIf(hasGit)('a replay is compared with its run on the code of another revision', async () => {
  const { code, stdout } = await place.run('replay', file, '--against', 'works');
  const [title, ...rows] = stdout.split('\n');
  expect({ code, title }).toEqual({ code: 1, title: expect.stringMatching(/^holds in [0-9a-f]{7,} works$/) as string });
  expect(rows.join('\n')).toContain('✔ everything held');
  expect(stdout).toMatch(/✖ (?:exact|same-failure): /);
  const { against } = await replay(file, { folder: place.folder, against: 'leaks-still' });
  expect({ failure: against?.report.failure?.verdict, index: against?.index }).toEqual({
    failure: 'violation',
    index: null,
  });
  const { stderr, code: refused } = await place.run('replay', file, '--against', 'does-not-load');
  expect({ refused, stderr }).toEqual({ refused: 2, stderr: expect.stringContaining("can't be loaded") as string });
});

test.runIf(hasGit).each([
  ['works', 'invalid range works (expected <good>..<bad>, such as v1.2.0..HEAD)'],
  ['works...leaks', 'invalid range works...leaks'],
  ['works..--all', 'invalid range works..--all'],
  ['works..nowhere', 'unknown revision nowhere'],
  ['side..leaks', 'is not an ancestor of'],
  ['works..works-still', 'the replay passes in'],
  ['leaks..leaks-still', 'the replay fails in'],
  ['works..does-not-load-at-the-end', "can't be judged: "],
])('%s is refused', async (range, message) => {
  const { code, stderr } = await place.run('bisect', file, '--', range);
  expect({ code, stderr: stderr.trim().split('\n') }).toEqual({
    code: 2,
    stderr: [expect.stringContaining(message) as string],
  });
  expect(git('worktree', 'list').trim().split('\n')).toHaveLength(1);
});

test.runIf(hasGit)('a project outside of a repository is refused', async () => {
  const other = new Workplace();
  try {
    const saved = await other.saveReplay();
    const { code, stderr } = await other.run('bisect', saved, '--', 'a..b');
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: expect.stringContaining('is not in a git repository') as string,
    });
  } finally {
    other.remove();
  }
});
