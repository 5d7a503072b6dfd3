/** The state of a system's own modules in one run, as `withWatchedState` registers it. */
import type { AmbientHost } from '../../system/image.ts';
import { describeValue, isPlain, ownFields, type Values } from './describe-value.ts';

/** What the text of a process calls. */
export interface StateWatch {
  object(object: object): void;
  /** `name` in the source; null for a class without a name. `read`: reads its private fields. */
  class(type: object, name: string | null, read: ReadPrivates): void;
  /** Returns the table. */
  table<Table extends object>(name: string, table: Table): Table;
  module(file: string, variables: Record<string, () => unknown>): void;
  /** The system has started. */
  running(system: unknown): void;
}

type ReadPrivates = (object: object) => Record<string, unknown>;

interface WatchedClass {
  readonly name: string | null;
  readonly read: ReadPrivates;
}

/** One process of a node. */
interface WatchedProcess {
  readonly name: string;
  /** By constructor. */
  readonly classes: Map<object, WatchedClass>;
  /** Named objects and tables, in the order in which they were made. */
  readonly named: Map<object, string>;
  readonly counts: Map<string, number>;
  readonly modules: Map<string, Record<string, () => unknown>>;
  /** Calls `inspect` of the running system, if it has one. */
  inspect: (() => unknown) | null;
}

export class StateRegistry {
  readonly #processes = new Map<object, WatchedProcess>();
  readonly #counts = new Map<string, number>();

  of({ owner, who }: AmbientHost): StateWatch {
    const process = this.#processes.get(owner) ?? this.#begin(owner, who);
    return {
      object: (object) => {
        if (!process.named.has(object)) process.named.set(object, '');
      },
      class: (type, name, read) => {
        process.classes.set(type, { name, read });
      },
      table: (name, table) => {
        process.named.set(table, numbered(process, name));
        return table;
      },
      module: (file, variables) => {
        process.modules.set(file, variables);
      },
      running: (system) => {
        process.inspect = inspectOf(system);
      },
    };
  }

  /**
   * All values by their path, such as `node-1/Registry.1.#members["7"].role`. Values of the same
   * objects have the same paths at each call.
   */
  read(): Values {
    const values: Map<string, string> = new Map();
    for (const process of this.#processes.values()) readProcess(process, values);
    return values;
  }

  #begin(owner: object, who: string): WatchedProcess {
    const count = (this.#counts.get(who) ?? 0) + 1;
    this.#counts.set(who, count);
    const process: WatchedProcess = {
      name: count === 1 ? who : `${who}.${count}`,
      classes: new Map(),
      named: new Map(),
      counts: new Map(),
      modules: new Map(),
      inspect: null,
    };
    this.#processes.set(owner, process);
    return process;
  }
}

function readProcess(process: WatchedProcess, values: Map<string, string>): void {
  const nameOf = (object: object): string | undefined => {
    const name = process.named.get(object);
    if (name !== '') return name;
    // The class of an object is known only when its constructor has begun.
    const given = numbered(process, classOf(process, object));
    process.named.set(object, given);
    return given;
  };
  const describing = { nameOf, values, seen: new Map<object, string>() };
  for (const [file, variables] of process.modules) {
    for (const [name, read] of Object.entries(variables)) {
      const value = orNothing(read);
      if (value !== NOTHING) describeValue(value, `${process.name}/${file}/${name}`, describing);
    }
  }
  for (const [object] of process.named) {
    const path = `${process.name}/${nameOf(object)}`;
    if (isPlain(object)) describeValue(object, path, describing, { isNamed: true });
    else
      for (const [name, value] of ownFields(object, privatesOf(process, object)))
        describeValue(value, `${path}.${name}`, describing);
  }
  if (process.inspect === null) return;
  const shown = orNothing(process.inspect);
  describeValue(shown === NOTHING ? 'inspect() threw' : shown, `${process.name}/inspect()`, describing);
}

/** The function itself is code of the user, made to be called here. */
function inspectOf(system: unknown): (() => unknown) | null {
  if (typeof system !== 'object' || system === null) return null;
  const { inspect } = system as { inspect?: unknown };
  if (typeof inspect !== 'function') return null;
  return () => JSON.parse(JSON.stringify(Reflect.apply(inspect, system, [])) ?? 'null') as unknown;
}

const NOTHING = Symbol('nothing');

/** A variable that is not initialised yet throws, and `inspect` may. */
function orNothing(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return NOTHING;
  }
}

function privatesOf({ classes }: WatchedProcess, object: object): Record<string, unknown> {
  const all: Record<string, unknown> = {};
  for (let type = Object.getPrototypeOf(object) as object | null; type !== null; type = Object.getPrototypeOf(type)) {
    const watched = classes.get(constructorOf(type) ?? NO_CLASS);
    if (watched !== undefined) Object.assign(all, watched.read(object));
  }
  return all;
}

const NO_CLASS = {};

function classOf({ classes }: WatchedProcess, object: object): string {
  const type = constructorOf(Object.getPrototypeOf(object) as object) ?? NO_CLASS;
  const inSource = classes.get(type)?.name ?? null;
  if (inSource !== null) return inSource;
  const name: unknown = Object.getOwnPropertyDescriptor(type, 'name')?.value;
  return typeof name === 'string' && name !== '' ? name : 'object';
}

function constructorOf(prototype: object | null): object | undefined {
  if (prototype === null) return undefined;
  const value: unknown = Object.getOwnPropertyDescriptor(prototype, 'constructor')?.value;
  return typeof value === 'function' ? value : undefined;
}

function numbered({ counts }: WatchedProcess, name: string): string {
  const count = (counts.get(name) ?? 0) + 1;
  counts.set(name, count);
  return `${name}.${count}`;
}
