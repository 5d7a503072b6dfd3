/**
 * What packages do to `globalThis` and `process` while they are loaded. In Node each process loads
 * its packages, and so has what they add: listeners of `process`, and properties of both. Here they
 * are loaded once, and each process receives the additions at the time when it would load them.
 */
import type { EventEmitter } from 'node:events';
import { changesOf, globalObjectOf } from '../../ambient/global-object.ts';
import type { SimulatedGlobals } from '../../ambient/globals.ts';
import type { ProcessState } from '../../system/process-state.ts';

type Listener = (...parameters: unknown[]) => void;

/** An addition: what identifies it, and what repeats it in a process. */
interface Effect {
  readonly target: string;
  readonly key: PropertyKey;
  readonly value: unknown;
  readonly repeat: (owner: object, process: () => EventEmitter) => void;
}

export class LoadEffects {
  readonly #globals: SimulatedGlobals;
  readonly #state: ProcessState;
  #all: readonly Effect[] = [];
  /** By name of a package; null for those that are loaded before the system. */
  readonly #recorded = new Map<string | null, readonly Effect[]>();
  readonly #received = new WeakMap<object, Set<string | null>>();

  /** The globals of the packages, and the state of `process` while they are loaded. */
  constructor(globals: SimulatedGlobals, state: ProcessState) {
    this.#globals = globals;
    this.#state = state;
  }

  /** Called when a package has been loaded: keeps what has been added since the last call. */
  record(name: string | null): void {
    if (this.#recorded.has(name)) return;
    const before = this.#all;
    this.#all = effectsIn(this.#globals.get('globalThis') as object, this.#state);
    this.#recorded.set(
      name,
      this.#all.filter((effect) => !before.some((other) => isSame(effect, other))),
    );
  }

  /** Called when a process loads the package: repeats in it what the package has added. */
  receive(name: string | null, owner: object, process: () => EventEmitter): void {
    const effects = this.#recorded.get(name) ?? [];
    const received = this.#received.get(owner) ?? new Set();
    if (effects.length === 0 || received.has(name)) return;
    this.#received.set(owner, received.add(name));
    for (const effect of effects) effect.repeat(owner, process);
  }
}

function isSame(one: Effect, other: Effect): boolean {
  return one.target === other.target && one.key === other.key && one.value === other.value;
}

function effectsIn(globalObject: object, state: ProcessState): readonly Effect[] {
  const globals = [...changesOf(globalObject)].map(([key, property]): Effect => ({
    target: 'globalThis',
    key,
    value: property.value ?? property.get,
    repeat: (owner) => void Reflect.defineProperty(globalObjectOf(owner), key, property),
  }));
  const assigned = [...state.assigned].map(([key, value]): Effect => ({
    target: 'process',
    key,
    value,
    repeat: (_owner, process) => void Reflect.set(process(), key, value),
  }));
  const { object } = state;
  const events = object?.eventNames().filter((event) => event !== 'newListener') ?? [];
  const listeners = events.flatMap((event) =>
    (object?.rawListeners(event) ?? []).map((raw): Effect => {
      const { listener } = raw as { readonly listener?: Listener };
      return {
        target: 'listeners',
        key: event,
        value: raw,
        repeat: (_owner, process) =>
          void (listener === undefined ? process().on(event, raw as Listener) : process().once(event, listener)),
      };
    }),
  );
  return [...globals, ...assigned, ...listeners];
}
