/**
 * Values that operations draw by name while they run, and smaller plans made from them.
 *
 * A run draws such a value from (seed, operation, name), unless the plan has an argument of that name that is in range.
 * So a plan can keep what was drawn, and a smaller value can be tried by putting it into the plan.
 */
import type { Json } from '../system/types.ts';
import { FORBIDDEN_KEYS, isPlainJson } from './json-value.ts';
import { NAME_LENGTH_MAX } from './names.ts';
import type { Operation, Plan } from './plan.ts';

export type DrawnValue =
  | { readonly kind: 'integer'; readonly value: number; readonly min: number }
  | { readonly kind: 'fraction'; readonly value: number }
  | { readonly kind: 'pick'; readonly value: Json; readonly items: readonly Json[] };

/** In plans with more operations, values are made smaller all at once only: one by one costs a run for each. */
const SINGLY_OPERATIONS_MAX = 30;

/** By operation, then by the name that the value was drawn by. */
export type DrawnValues = ReadonlyMap<string, ReadonlyMap<string, DrawnValue>>;

/** The argument that keeps the n-th value drawn by a name within one operation; `count` begins at 0. */
export function argumentName(name: string, count: number): string {
  return count === 0 ? name : `${name}#${count + 1}`;
}

/** Whether a replay file can keep it. What it can't keep is drawn from the seed again. */
export function isArgument(name: string, value: unknown): value is Json {
  return name.length <= NAME_LENGTH_MAX && !FORBIDDEN_KEYS.has(name) && isPlainJson(value);
}

/** The plan with all drawn values as arguments: its run is the same. Cohorts are left as they are. */
export function withDrawnArguments(plan: Plan, drawn: DrawnValues): Plan {
  const valueOf = ({ value }: DrawnValue): Json => value;
  return withArguments(plan, drawn, valueOf);
}

/**
 * Plans in which drawn values are nearer to their minimum: all at once first, then value by value, the boldest step
 * first. A caller that takes the first that fails, and starts again from it, searches each value like a binary search.
 */
export function* drawnReductions(plan: Plan, drawn: DrawnValues): Generator<Plan> {
  if (plan.operations.some(({ id }) => hasReducible(drawn.get(id)))) yield withArguments(plan, drawn, minimumOf);
  if (plan.operations.length > SINGLY_OPERATIONS_MAX) return;
  for (const operation of plan.operations) {
    const values = drawn.get(operation.id) ?? new Map<string, DrawnValue>();
    if (hasReducible(values)) yield withOperation(plan, operation, argumentsFrom(values, minimumOf));
    for (const [name, value] of values) {
      for (const smaller of smallerThan(value)) yield withOperation(plan, operation, { [name]: smaller });
    }
  }
}

function withArguments(plan: Plan, drawn: DrawnValues, choose: (value: DrawnValue) => Json): Plan {
  return {
    ...plan,
    operations: plan.operations.map((operation) => {
      const values = drawn.get(operation.id);
      if (values === undefined || values.size === 0) return operation;
      return { ...operation, arguments: { ...operation.arguments, ...argumentsFrom(values, choose) } };
    }),
  };
}

function withOperation(plan: Plan, changed: Operation, more: Operation['arguments']): Plan {
  return {
    ...plan,
    operations: plan.operations.map((operation) =>
      operation === changed ? { ...operation, arguments: { ...operation.arguments, ...more } } : operation,
    ),
  };
}

function argumentsFrom(
  values: ReadonlyMap<string, DrawnValue>,
  choose: (value: DrawnValue) => Json,
): Operation['arguments'] {
  return Object.fromEntries([...values].map(([name, value]) => [name, choose(value)]));
}

function hasReducible(values: ReadonlyMap<string, DrawnValue> | undefined): boolean {
  return values !== undefined && [...values.values()].some((value) => !isSame(value.value, minimumOf(value)));
}

function minimumOf(drawn: DrawnValue): Json {
  switch (drawn.kind) {
    case 'integer':
      return drawn.min;
    case 'fraction':
      return 0;
    case 'pick':
      return drawn.items[0] ?? null;
  }
}

/** Smaller values, the smallest first. */
function smallerThan(drawn: DrawnValue): readonly Json[] {
  switch (drawn.kind) {
    case 'integer':
      return smallerIntegers(drawn.value, drawn.min);
    case 'fraction':
      return [0, Math.floor(drawn.value * 10) / 10, Math.floor(drawn.value * 100) / 100].filter(
        (value, index, all) => value < drawn.value && all.indexOf(value) === index,
      );
    case 'pick': {
      const index = indexOfItem(drawn.items, drawn.value);
      const earlier = new Set([0, Math.floor(index / 2), index - 1].filter((place) => place >= 0 && place < index));
      return [...earlier].map((place) => drawn.items[place] ?? null);
    }
  }
}

/** The minimum, then half, three quarters, … of the way to it from the minimum, and one less than the value. */
function smallerIntegers(value: number, min: number): readonly number[] {
  const smaller: number[] = [];
  for (let distance = value - min; distance >= 1; distance = Math.floor(distance / 2)) smaller.push(value - distance);
  return smaller;
}

/** The place of an item, compared as JSON; -1 when it is not among them. */
export function indexOfItem(items: readonly unknown[], value: unknown): number {
  const place = items.indexOf(value);
  if (place >= 0 || typeof value !== 'object') return place;
  return items.findIndex((item) => isSame(item, value));
}

function isSame(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
