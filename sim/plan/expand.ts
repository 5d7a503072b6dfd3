/**
 * Expands cohorts to single operations. Pure: the same plan always gives the same operations, and
 * removing one actor from a cohort does not change the operations of the others.
 */
import { NamedChoices } from '../kernel/choices.ts';
import { Draws, type Scope, scopeOf } from '../kernel/draws.ts';
import type { Cohort, Operation, Plan } from './plan.ts';
import { ScenarioError } from './scenario-error.ts';
import type { ActorScript, ScriptDraw, ScriptedOperation, Scripts } from './script.ts';
import { keyName } from './former-names.ts';
import { validateScript } from './scripted.ts';

/** A burst delays operations by at most this time, and at most this share of the chaos. */
const BURST_WINDOW_MS = 2000;
const BURST_WINDOW_SHARE = 0.25;

/** Round trips take a few milliseconds, so the answer to the operation before is mostly pending. */
const EARLY_GAP_MS_MAX = 20;

/**
 * Returns all operations of a plan: those of the cohorts, actor by actor, then the plan's own.
 * Throws `ScenarioError` if a script throws or returns invalid operations.
 */
export function expand(plan: Plan, scripts: Scripts): Operation[] {
  const draws = new Draws(plan.seed);
  return [...plan.cohorts.flatMap((cohort) => expandCohort(cohort, plan, scripts, draws)), ...plan.operations];
}

/** Returns null if a script throws; the run of the plan reports the error. */
export function expandIfPossible(plan: Plan, scripts: Scripts): Operation[] | null {
  try {
    return expand(plan, scripts);
  } catch (error) {
    if (error instanceof ScenarioError) return null;
    throw error;
  }
}

function expandCohort(cohort: Cohort, plan: Plan, scripts: Scripts, draws: Draws): Operation[] {
  const script = scripts[cohort.actor];
  if (script === undefined) throw new Error(`the scenario has no actor ${cohort.actor}`);
  const operations: Operation[] = [];
  for (let number = 1; number <= cohort.count; number += 1) {
    const actor = `${cohort.actor}-${number}`;
    const draw = new KeyedDraw(draws, scopeOf(actor, 'script'));
    let atMs = Math.round(20 + draw.fraction('start') * plan.chaosMs * 0.4);
    let count = 0;
    let previousMs: number | null = null;
    for (const scripted of scriptOf(script, actor, cohort, draw)) {
      const { name } = scripted;
      count += 1;
      atMs += Math.round(scripted.pauseMs);
      const burstMs = burstAfter(cohort, plan, name, atMs);
      // The pauses behind it keep their lengths.
      atMs = burstMs ?? atMs;
      // No operation begins after the heal.
      if (atMs >= plan.chaosMs) break;
      const share = cohort.skew?.[name] ?? 1;
      if (share < 1 && draw.fraction(`skew-${keyName(script, name)}`) >= share) continue;
      const isEarly = beginsEarly(cohort, script, name, draw) && previousMs !== null && burstMs === null;
      const beginMs: number = isEarly ? Math.min(atMs, (previousMs ?? 0) + earlyGapMs(draw)) : atMs;
      previousMs = beginMs;
      operations.push({
        id: `${actor}.${count}`,
        actor,
        name,
        atMs: beginMs,
        arguments: scripted.arguments ?? {},
        ...(isEarly ? { early: true } : {}),
      });
    }
  }
  return operations;
}

/**
 * The time of the first burst that the operation joins, or null. An operation is only ever delayed,
 * because its script may need the pauses before it.
 */
function burstAfter({ bursts = [] }: Cohort, { chaosMs }: Plan, name: string, atMs: number): number | null {
  const windowMs = Math.min(BURST_WINDOW_MS, chaosMs * BURST_WINDOW_SHARE);
  const joined = bursts
    .filter(({ operation = name }) => operation === name)
    .map((burst) => burst.atMs)
    .filter((burstMs) => burstMs >= atMs && burstMs - windowMs <= atMs && burstMs < chaosMs);
  return joined.length === 0 ? null : Math.min(...joined);
}

function beginsEarly({ early = 0 }: Cohort, script: ActorScript, name: string, draw: ScriptDraw): boolean {
  if (early === 0 || script.concurrent?.includes(name) !== true) return false;
  return draw.fraction(`early-${keyName(script, name)}`) < early;
}

/** Half of the early operations begin in the turn in which the one before them does. */
function earlyGapMs(draw: ScriptDraw): number {
  const fraction = draw.fraction('early-gap');
  return fraction < 0.5 ? 0 : Math.round((fraction - 0.5) * 2 * EARLY_GAP_MS_MAX);
}

function scriptOf(script: ActorScript, actor: string, cohort: Cohort, draw: ScriptDraw): readonly ScriptedOperation[] {
  const [about, who] = [`${cohort.actor} script`, `the script of ${actor}`];
  let scripted: readonly ScriptedOperation[];
  try {
    scripted = [...script.script(draw, cohort.operationsMax)];
  } catch (reason) {
    throw new ScenarioError(about, who, reason);
  }
  const flaw = validateScript(scripted, script.operations);
  if (flaw !== null) throw new ScenarioError(about, who, flaw, "can't be followed");
  return scripted;
}

class KeyedDraw implements ScriptDraw {
  readonly #draws: Draws;
  readonly #choices: NamedChoices;

  constructor(draws: Draws, scope: Scope) {
    this.#draws = draws;
    this.#choices = new NamedChoices(scope);
  }

  fraction(name: string): number {
    const { scope, count } = this.#choices.next(name);
    return this.#draws.fraction(scope, count);
  }

  integer(name: string, min: number, max: number): number {
    return min + Math.floor(this.fraction(name) * (max - min + 1));
  }

  pick<Item>(name: string, items: readonly Item[]): Item {
    if (items.length === 0) throw new Error(`nothing to pick from for ${name}`);
    return items[Math.floor(this.fraction(name) * items.length)] as Item;
  }
}
