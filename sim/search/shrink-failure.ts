/**
 * Shrinking: takes the first smaller candidate that fails with the same signature and starts again
 * from it, until no candidate fails or the budget is used up. The result is never larger.
 *
 * Four steps are repeated. First, the plan is cut. Then the choices of the world become minimal,
 * so that everything takes its shortest time: all choices if the failure allows it, else all but
 * the few that it needs. Then the values that operations draw move towards their minimum. Then
 * single operations are left out while others move in time.
 */
import type { ChoiceOverrides } from '../kernel/draws.ts';
import { drawnReductions, type DrawnValues, withDrawnArguments } from '../plan/drawn.ts';
import type { Plan } from '../plan/plan.ts';
import { cuts, retimings, sizeOf } from '../plan/reduce.ts';
import type { PlanShape } from '../plan/shape.ts';
import type { ChoiceList } from './choice-list.ts';
import type { Sizes } from './job.ts';
import { minimise } from './minimise.ts';

/** A plan, and overrides of the choices that its seed draws. */
export interface Candidate {
  readonly plan: Plan;
  readonly choices: ChoiceOverrides;
}

export interface ShrinkSubject {
  readonly shape: PlanShape;
  /** Whether a candidate fails with the signature of the original failure. */
  fails(candidate: Candidate): Promise<boolean>;
  /** The choices of the world that a candidate's run makes. */
  choicesOf(candidate: Candidate): Promise<ChoiceList>;
  /** The values that the operations of a candidate's run draw by name. */
  drawnIn(candidate: Candidate): Promise<DrawnValues>;
}

export interface Budget {
  /** Real time. */
  readonly budgetMs: number;
  /** Monotonic real time. */
  readonly nowMs: () => number;
}

export interface Shrunk extends Candidate {
  readonly before: Sizes;
  readonly after: Sizes;
  readonly runs: number;
  readonly wallMs: number;
}

/**
 * More choices than this would explain nothing to a reader. The plan then keeps the choices of its
 * seed.
 */
const CHOICES_MAX = 32;

/** The most runs to spend on finding the choices that are needed. */
const RUNS_FOR_CHOICES_MAX = 1000;

/** Numbers of decimal places to try when rounding a choice. */
const DIGITS = [1, 2] as const;

export async function shrinkFailure(start: Candidate, subject: ShrinkSubject, budget: Budget): Promise<Shrunk> {
  const search = new Search(start, subject, budget);
  const { scripts } = subject.shape;
  const before = await sizesOf(start, subject);
  while (
    (await search.takePlan(() => cuts(search.smallest.plan, scripts))) ||
    (await search.takeChoices()) ||
    (await search.takeDrawn()) ||
    (await search.takePlan(() => retimings(search.smallest.plan)))
  );
  const { smallest, runs } = search;
  const isSame = smallest === start;
  return {
    ...smallest,
    before,
    after: isSame ? before : await sizesOf(smallest, subject),
    runs,
    wallMs: search.spentMs,
  };
}

class Search {
  smallest: Candidate;
  runs = 0;
  readonly #subject: ShrinkSubject;
  readonly #budget: Budget;
  readonly #startedAtMs: number;
  readonly #tried = new Set<string>();
  #runsForChoices = 0;

  constructor(start: Candidate, subject: ShrinkSubject, budget: Budget) {
    this.smallest = start;
    this.#subject = subject;
    this.#budget = budget;
    this.#startedAtMs = budget.nowMs();
  }

  get spentMs(): number {
    return this.#budget.nowMs() - this.#startedAtMs;
  }

  /** Takes the first plan that fails with the current choices. False when none does. */
  async takePlan(plans: () => Iterable<Plan>): Promise<boolean> {
    if (this.#isSpent()) return false;
    for (const plan of plans()) {
      if (await this.#take({ ...this.smallest, plan })) return true;
      if (this.#isSpent()) return false;
    }
    return false;
  }

  /**
   * Keeps the values that operations draw in the plan, and makes them smaller one after the other;
   * false when none became smaller.
   */
  async takeDrawn(): Promise<boolean> {
    if (this.smallest.plan.cohorts.length > 0 || this.#isSpent()) return false;
    const drawnNow = () => this.#subject.drawnIn(this.smallest);
    let drawn = await drawnNow();
    if (drawn.size === 0) return false;
    await this.#take({ ...this.smallest, plan: withDrawnArguments(this.smallest.plan, drawn) });
    let isSmaller = false;
    while (await this.takePlan(() => drawnReductions(this.smallest.plan, drawn))) {
      isSmaller = true;
      drawn = await drawnNow();
    }
    return isSmaller;
  }

  /** Makes choices plain; false when that changes nothing. */
  async takeChoices(): Promise<boolean> {
    const { plan, choices } = this.smallest;
    if (plan.minimal === true) return (await this.#takeFewer(plan, choices)) || this.#takeRounder();
    const minimal: Plan = { ...plan, minimal: true };
    if (await this.#take({ plan: minimal, choices: {} })) return true;
    if (this.#isSpent()) return false;
    const { notMinimal } = await this.#subject.choicesOf(this.smallest);
    return (await this.#takeFewer(minimal, notMinimal)) || this.#takeFewer(plan, choices);
  }

  /**
   * Keeps only the choices that the plan needs to fail. False when that changes nothing.
   */
  async #takeFewer(plan: Plan, choices: ChoiceOverrides): Promise<boolean> {
    const pick = (keys: readonly string[]): Candidate => ({
      plan,
      choices: Object.fromEntries(keys.map((key) => [key, choices[key] ?? 0])),
    });
    // Sorting makes the choices of one operation, timer or row neighbours.
    const keys = Object.keys(choices).sort();
    const isCurrent = plan === this.smallest.plan;
    if (keys.length === 0 || this.#isSpent()) return false;
    if (await this.#take(pick([]))) return true;
    if (!isCurrent && !(await this.#fails(pick(keys)))) return false;
    const fails = (part: readonly string[]): Promise<boolean> => {
      this.#runsForChoices += 1;
      return this.#fails(pick(part));
    };
    const goesOn = (): boolean => !this.#isSpent() && this.#runsForChoices < RUNS_FOR_CHOICES_MAX;
    const needed = await minimise(keys, fails, goesOn, CHOICES_MAX);
    const isGain = isCurrent ? needed.length < keys.length : needed.length <= CHOICES_MAX;
    if (isGain) this.smallest = pick(needed);
    return isGain;
  }

  /** Rounds choices, since 0.9 reads better than 0.9137620281893760. */
  async #takeRounder(): Promise<boolean> {
    const { plan, choices } = this.smallest;
    for (const [key, value] of Object.entries(choices)) {
      for (const digits of DIGITS) {
        const most = 1 - 10 ** -digits;
        const rounder = Math.min(most, Number(value.toFixed(digits)));
        if (rounder === value) break;
        if (this.#isSpent()) return false;
        if (await this.#take({ plan, choices: { ...choices, [key]: rounder } })) return true;
      }
    }
    return false;
  }

  async #take(candidate: Candidate): Promise<boolean> {
    const fails = await this.#fails(candidate);
    if (fails) this.smallest = candidate;
    return fails;
  }

  /** False also for a candidate that was tried before: had it failed, it would have been taken. */
  async #fails(candidate: Candidate): Promise<boolean> {
    const key = JSON.stringify(candidate);
    if (this.#tried.has(key)) return false;
    this.#tried.add(key);
    this.runs += 1;
    return this.#subject.fails(candidate);
  }

  #isSpent(): boolean {
    return this.spentMs >= this.#budget.budgetMs;
  }
}

async function sizesOf(candidate: Candidate, subject: ShrinkSubject): Promise<Sizes> {
  const { plan, choices } = candidate;
  const isMinimal = plan.minimal === true;
  return {
    ...sizeOf(plan, subject.shape.scripts),
    choices: isMinimal ? Object.keys(choices).length : (await subject.choicesOf(candidate)).count,
  };
}
