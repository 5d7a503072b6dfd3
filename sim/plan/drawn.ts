/**
 * Values that operations draw by name while they run, and smaller plans made from them.
 *
 * A run draws such a value from (seed, operation, name), unless the plan has an argument of that
 * name within the range. So a plan can keep a drawn value, and shrinking can try a smaller one by
 * putting it into the plan.
 */
import type { Json } from '../system/types.ts';
import { FORBIDDEN_KEYS, isPlainJson } from './json-value.ts';
import { NAME_LENGTH_MAX } from './names.ts';
import type { Operation, Plan } from './plan.ts';

export type DrawnValue =
  | { readonly kind: 'integer'; readonly value: number; readonly min: number }
  | { readonly kind: 'fraction'; readonly value: number }
  | { readonly kind: 'pick'; readonly value: Json; readonly items: readonly Json[] };

/** Larger plans shrink all values at once, because one by one costs a run for each value. */
const SINGLY_OPERATIONS_MAX = 30;

/** By operation id, then by the name of the draw. */
export type DrawnValues = ReadonlyMap<string, ReadonlyMap<string, DrawnValue>>;

/**
 * The argument that keeps a value drawn by `name`; `count` is the number of earlier draws by that
 * name in the operation.
 */
export function argumentName(name: string, count: number): string {
  return count === 0 ? name : `${name}#${count + 1}`;
}

/** Whether a replay file can keep the value. Other values are drawn from the seed again. */
export function isArgument(name: string, value: unknown): value is Json {
  return name.length <= NAME_LENGTH_MAX && !FORBIDDEN_KEYS.has(name) && isPlainJson(value);
}

/**
 * Returns the plan with all drawn values as arguments. Its run is the same. Cohorts do not change.
 */
export function withDrawnArguments(plan: Plan, drawn: DrawnValues): Plan {
  const valueOf = ({ value }: DrawnValue): Json => value;
  return withArguments(plan, drawn, valueOf);
}

/**
 * Plans with drawn values closer to their minimum: all values at once, then value by value, the
 * largest step first. A caller that takes the first failing plan and starts again from it does a
 * binary search on each value.
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

/**
 * The minimum, then values at 1/2, 3/4, … of the distance from the minimum to the value, and one
 * less than the value.
 */
function smallerIntegers(value: number, min: number): readonly number[] {
  const smaller: number[] = [];
  for (let distance = value - min; distance >= 1; distance = Math.floor(distance / 2)) smaller.push(value - distance);
  return smaller;
}

/** The index of an item, compared as JSON, or -1. */
export function indexOfItem(items: readonly unknown[], value: unknown): number {
  const place = items.indexOf(value);
  if (place >= 0 || typeof value !== 'object') return place;
  return items.findIndex((item) => isSame(item, value));
}

function isSame(left: unknown, right: unknown): boolean {
  return left === right || JSON.stringify(left) === JSON.stringify(right);
}
