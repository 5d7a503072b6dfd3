/**
 * Values that the running operation of one actor draws by name.
 *
 * If the plan has an argument of that name within the range, the value is that argument. Otherwise
 * it is drawn from (seed, operation, name). It is added to the begin record of the operation but
 * not to the digest, which covers the effects of the operation.
 */
import { NamedChoices } from '../kernel/choices.ts';
import { scopeOf } from '../kernel/draws.ts';
import type { Draws } from '../kernel/draws.ts';
import type { OperationRecord } from '../kernel/record.ts';
import { argumentName, type DrawnValue, indexOfItem, isArgument } from '../plan/drawn.ts';
import type { Operation } from '../plan/plan.ts';

/** Called with each value that a plan can keep. `name`: the name of the argument. */
export type OnDrawn = (operation: string, name: string, drawn: DrawnValue) => void;

interface Running {
  readonly operation: Operation;
  readonly record: OperationRecord;
  readonly choices: NamedChoices;
}

export class OperationDraws {
  readonly #actor: string;
  readonly #draws: Draws;
  readonly #onDrawn: OnDrawn | undefined;
  #running: Running | null = null;

  constructor(actor: string, draws: Draws, onDrawn: OnDrawn | undefined) {
    this.#actor = actor;
    this.#draws = draws;
    this.#onDrawn = onDrawn;
  }

  begin(operation: Operation, record: OperationRecord): void {
    this.#running = { operation, record, choices: new NamedChoices(scopeOf(operation.id)) };
  }

  fraction(name: string): number {
    const { value: drawn, argument, given } = this.#draw(name);
    const value = typeof given === 'number' && given >= 0 && given < 1 ? given : drawn;
    this.#keep(argument, { kind: 'fraction', value });
    return value;
  }

  integer(name: string, min: number, max: number): number {
    if (!Number.isSafeInteger(min) || !Number.isSafeInteger(max) || min > max)
      throw new RangeError(`integer ${name}: min and max must be integers, and min at most max (${min}, ${max})`);
    const { value: drawn, argument, given } = this.#draw(name);
    const isInRange = typeof given === 'number' && Number.isInteger(given) && given >= min && given <= max;
    const value = isInRange ? given : min + Math.floor(drawn * (max - min + 1));
    this.#keep(argument, { kind: 'integer', value, min });
    return value;
  }

  pick<Item>(name: string, items: readonly Item[]): Item {
    if (items.length === 0) throw new RangeError(`pick ${name}: items is empty`);
    const { value: drawn, argument, given } = this.#draw(name);
    const place = given === undefined ? -1 : indexOfItem(items, given);
    const item = items[place >= 0 ? place : Math.floor(drawn * items.length)] as Item;
    if (items.every((other) => isArgument(argument, other)))
      this.#keep(argument, { kind: 'pick', value: item as DrawnValue['value'], items } as DrawnValue);
    return item;
  }

  /** A choice that does not become an argument. */
  unnamed(key: string): number {
    return this.#fractionOf(this.#begun(key), key).value;
  }

  #draw(name: string): { readonly value: number; readonly argument: string; readonly given: unknown } {
    const running = this.#begun(name);
    const { value, count } = this.#fractionOf(running, name);
    const argument = argumentName(name, count);
    const { arguments: all } = running.operation;
    return { value, argument, given: Object.hasOwn(all, argument) ? all[argument] : undefined };
  }

  #fractionOf({ choices }: Running, name: string): { readonly value: number; readonly count: number } {
    const { scope, count } = choices.next(name);
    return { value: this.#draws.fractionOf(scope.hash, count), count };
  }

  #begun(name: string): Running {
    if (this.#running !== null) return this.#running;
    const advice = 'draw in an operation, and keep the value in context.state';
    throw new Error(`${this.#actor} draws ${name} before any of its operations has begun: ${advice}`);
  }

  #keep(argument: string, drawn: DrawnValue): void {
    const { record, operation } = this.#begun(argument);
    if (!isArgument(argument, drawn.value)) return;
    record.drawn ??= {};
    record.drawn[argument] = drawn.value;
    this.#onDrawn?.(operation.id, argument, drawn);
  }
}
