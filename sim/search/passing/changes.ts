/**
 * Runs that are near to a failing one: the same plan with one change. They come in groups, the
 * nearest changes first. All but the last group keep all operations and faults.
 */
import { type ChoiceOverrides, isChoiceKey } from '../../kernel/draws.ts';
import { seedAfter } from '../../kernel/seed.ts';
import { STRATEGIES } from '../../kernel/strategy.ts';
import type { Operation, Plan } from '../../plan/plan.ts';
import { cuts, sizeOf } from '../../plan/reduce.ts';
import type { Scripts } from '../../plan/script.ts';
import type { Candidate } from '../shrink-failure.ts';
import { choiceText } from './choice-text.ts';

/** `order`: the strategy that orders events. `seed`: all choices. `dropped`: parts of the plan. */
export const CHANGE_KINDS = ['choice', 'pause', 'order', 'seed', 'dropped'] as const;
export type ChangeKind = (typeof CHANGE_KINDS)[number];

export interface Changed extends Candidate {
  readonly kind: ChangeKind;
  /** When the run holds, such as `when the reply of get seats is faster`. */
  readonly when: string;
}

/** A choice is a fraction of its range: near its beginning, or near its end. */
const SHORT = 0.01;
const LONG = 0.9;

/** By how much operations and faults begin earlier or later. */
const SHIFTS_MS = [10, -10, 100, -100, 1000, -1000] as const;

/** `made`: the choices of the failing run, in the order in which they were made. */
export function* changesOf(
  kind: ChangeKind,
  { plan, choices }: Candidate,
  made: ChoiceOverrides,
  scripts: Scripts,
): Generator<Changed> {
  switch (kind) {
    case 'choice':
      yield* otherChoices(plan, choices, made);
      break;
    case 'pause':
      yield* otherTimes(plan, choices);
      break;
    case 'order':
      for (const strategy of STRATEGIES) {
        if (strategy === (plan.strategy ?? 'latency-random')) continue;
        const { changesMs: _changes, ...rest } = plan;
        yield { kind, when: `in another order of events (strategy ${strategy})`, plan: { ...rest, strategy }, choices };
      }
      break;
    case 'seed': {
      const { minimal: _minimal, ...drawn } = plan;
      for (let offset = 1; ; offset += 1) {
        const seed = seedAfter(plan.seed, offset);
        yield { kind, when: `with the choices of seed ${seed}`, plan: { ...drawn, seed }, choices: {} };
      }
    }
    case 'dropped': {
      const before = sizeOf(plan, scripts);
      for (const smaller of cuts(plan, scripts)) {
        const { operations, faults } = sizeOf(smaller, scripts);
        if (operations === before.operations && faults === before.faults) continue;
        const when = `only without a part of the plan (${operations} of ${before.operations} operations, ${faults} of ${before.faults} faults)`;
        yield { kind, when, plan: smaller, choices };
      }
    }
  }
}

/** First the choices that the plan names, then the last ones that the run has made. */
function* otherChoices(plan: Plan, choices: ChoiceOverrides, made: ChoiceOverrides): Generator<Changed> {
  const named = Object.keys(choices);
  const others = Object.keys(made).filter((key) => !(key in choices) && isChoiceKey(key));
  for (const key of [...named, ...others.reverse()]) {
    const from = made[key] ?? choices[key] ?? 0;
    const to = from > SHORT ? SHORT : LONG;
    yield {
      kind: 'choice',
      when: `when ${choiceText(key, from, to)}`,
      plan,
      choices: { ...choices, [key]: to },
    };
  }
}

function* otherTimes(plan: Plan, choices: ChoiceOverrides): Generator<Changed> {
  const shifted = (ms: number): string => `${Math.abs(ms)} ms ${ms > 0 ? 'later' : 'earlier'}`;
  for (const byMs of SHIFTS_MS) {
    for (const operation of [...plan.operations].reverse()) {
      const atMs = operation.atMs + byMs;
      if (atMs < earliestOf(operation, plan.operations) || atMs > latestOf(operation, plan)) continue;
      const operations = plan.operations.map((one) => (one === operation ? { ...one, atMs } : one));
      const when = `when ${operation.name} of ${operation.actor} begins ${shifted(byMs)}`;
      yield { kind: 'pause', when, plan: { ...plan, operations }, choices };
    }
    for (const fault of plan.faults) {
      const atMs = fault.atMs + byMs;
      if (atMs < 0 || atMs + fault.durationMs > plan.chaosMs) continue;
      const faults = plan.faults.map((one) => (one === fault ? { ...one, atMs } : one));
      yield { kind: 'pause', when: `when ${fault.kind} begins ${shifted(byMs)}`, plan: { ...plan, faults }, choices };
    }
  }
}

/** An operation stays between those before and after it of the same actor. */
function earliestOf(operation: Operation, operations: readonly Operation[]): number {
  const own = operations.filter(({ actor }) => actor === operation.actor);
  return own[own.indexOf(operation) - 1]?.atMs ?? 0;
}

function latestOf(operation: Operation, { operations, chaosMs }: Plan): number {
  const own = operations.filter(({ actor }) => actor === operation.actor);
  return own[own.indexOf(operation) + 1]?.atMs ?? chaosMs;
}
