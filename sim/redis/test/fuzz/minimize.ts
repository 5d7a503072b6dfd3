/** Makes a case with a difference smaller while the difference remains. */
import type { Bytes, Case, Step } from './case.ts';
import type { Difference } from './compare.ts';

/** Returns the differences of a case. */
export type Check = (tested: Case) => Promise<readonly Difference[]>;

export interface Minimal {
  readonly tested: Case;
  readonly difference: Difference;
}

/** Number of cases that one minimization may run. */
const RUNS_MAX = 250;

/** Shorter words to try. Numbers stay, since a shorter time to live would expire in the case. */
const SHORTER: readonly Bytes[] = ['', 'a'];

export async function minimize(tested: Case, difference: Difference, check: Check): Promise<Minimal> {
  let best: Minimal = { tested: { ...tested, steps: tested.steps.slice(0, difference.step + 1) }, difference };
  let runs = 0;
  const attempt = async (steps: readonly Step[]): Promise<boolean> => {
    if (runs >= RUNS_MAX || steps.length === 0) return false;
    runs += 1;
    const smaller = { ...best.tested, steps };
    const found = (await check(smaller)).find(({ core }) => core === difference.core);
    if (found === undefined) return false;
    best = { tested: { ...smaller, steps: steps.slice(0, found.step + 1) }, difference: found };
    return true;
  };
  for (let size = Math.ceil(best.tested.steps.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let end = best.tested.steps.length - 1; end > 0; end -= size)
      await attempt(best.tested.steps.toSpliced(Math.max(0, end - size), Math.min(size, end)));
  }
  let isShrinking = true;
  while (isShrinking && runs < RUNS_MAX) {
    isShrinking = false;
    for (let index = best.tested.steps.length - 1; index >= 0; index -= 1)
      isShrinking = (await shrinkStep(index)) || isShrinking;
  }
  return best;

  async function shrinkStep(index: number): Promise<boolean> {
    let hasShrunk = false;
    if (index < best.tested.steps.length - 1 && (await attempt(best.tested.steps.toSpliced(index, 1)))) return true;
    const words = (): readonly Bytes[] => best.tested.steps[index]?.words ?? [];
    const attemptWords = (smaller: readonly Bytes[]): Promise<boolean> =>
      attempt(best.tested.steps.map((step, at) => (at === index ? { ...step, words: smaller } : step)));
    for (let at = words().length - 1; at >= 1; at -= 1) {
      // An option goes together with its value.
      if (at >= 2 && (await attemptWords(words().toSpliced(at - 1, 2)))) hasShrunk = true;
      else if (await attemptWords(words().toSpliced(at, 1))) hasShrunk = true;
      else if (await shrinkWord(at, words, attemptWords)) hasShrunk = true;
    }
    return hasShrunk;
  }
}

async function shrinkWord(
  at: number,
  words: () => readonly Bytes[],
  attempt: (words: readonly Bytes[]) => Promise<boolean>,
): Promise<boolean> {
  const word = words()[at] ?? '';
  const lines = word.split('\n');
  // A script whose difference is not in its result.
  const shortest = lines.with(-1, 'return 1').join('\n');
  if (lines.at(-1)?.startsWith('return ') === true && shortest !== word && (await attempt(words().with(at, shortest))))
    return true;
  if (lines.length > 1) {
    for (let line = 0; line < lines.length; line += 1)
      if (await attempt(words().with(at, lines.toSpliced(line, 1).join('\n')))) return true;
  }
  if (word.length <= 1 || /\d/.test(word) || /^[A-Z]+$/.test(word)) return false;
  for (const shorter of SHORTER) if (await attempt(words().with(at, shorter))) return true;
  return false;
}
