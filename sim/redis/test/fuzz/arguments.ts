/** Writes commands from the descriptions of their arguments in COMMAND DOCS. */
import type { Bytes } from './case.ts';
import table from './commands.json' with { type: 'json' };
import type { Draw } from './draw.ts';
import { drawAnything, drawKey, drawValue } from './values.ts';

interface ArgumentSpec {
  readonly name: string;
  readonly type: string;
  readonly token?: string;
  readonly flags?: readonly string[];
  readonly arguments?: readonly ArgumentSpec[];
}

export interface CommandSpec {
  /** In lower case, with its subcommand: `xgroup create`. */
  readonly name: string;
  readonly group: string;
  readonly arguments: readonly ArgumentSpec[];
}

export const SPECS: ReadonlyMap<string, CommandSpec> = new Map(
  (table as readonly CommandSpec[]).map((spec) => [spec.name, spec]),
);

/** The option words of a command, in upper case. */
export function tokensOf({ arguments: specs }: Pick<CommandSpec, 'arguments'>): ReadonlySet<string> {
  const tokens = specs.flatMap((spec) => [
    ...(spec.token === undefined || spec.token === '' ? [] : [spec.token.toUpperCase()]),
    ...tokensOf({ arguments: spec.arguments ?? [] }),
  ]);
  return new Set(tokens);
}

/** The command that `words` begin with; undefined for an unknown one. */
export function specOf(words: readonly Bytes[]): CommandSpec | undefined {
  const [name = '', subcommand = ''] = words.map((word) => word.toLowerCase());
  return SPECS.get(`${name} ${subcommand}`) ?? SPECS.get(name);
}

/** Probabilities of what makes a command unusual. */
export interface Oddness {
  /** Of an awkward argument. */
  readonly value: number;
  /** Of a wrong number or order of arguments. */
  readonly shape: number;
}

export class CommandWriter {
  readonly #draw: Draw;
  readonly #oddness: Oddness;
  #keys: number | null = null;

  constructor(draw: Draw, oddness: Oddness) {
    this.#draw = draw;
    this.#oddness = oddness;
  }

  /** Returns the command's name and arguments. */
  write(spec: CommandSpec): Bytes[] {
    this.#keys = null;
    const words = spec.name.split(' ').map((word) => word.toUpperCase());
    for (const argument of spec.arguments) words.push(...this.#argument(argument, spec));
    return this.#draw.chance(this.#oddness.shape) ? this.#misshape(words, spec.name.split(' ').length) : words;
  }

  #argument(spec: ArgumentSpec, command: CommandSpec): Bytes[] {
    const draw = this.#draw;
    const flags = spec.flags ?? [];
    if (flags.includes('optional') && !draw.chance(0.5)) return [];
    let repeats = 1;
    if (spec.type === 'key' && this.#keys !== null && flags.includes('multiple')) repeats = this.#keys;
    else if (flags.includes('multiple')) repeats = draw.pick([1, 1, 2, 2, 3]);
    const token = spec.token === undefined || spec.token === '' ? [] : [this.#token(spec.token)];
    if (spec.type === 'pure-token') return spec.token === '' ? [''] : token;
    const isTokenRepeated = flags.includes('multiple_token');
    const words: Bytes[] = isTokenRepeated ? [] : [...token];
    for (let index = 0; index < repeats; index += 1)
      words.push(...(isTokenRepeated ? token : []), ...this.#value(spec, command));
    return words;
  }

  #value(spec: ArgumentSpec, command: CommandSpec): Bytes[] {
    const draw = this.#draw;
    const inner = spec.arguments ?? [];
    if (spec.type === 'oneof') return this.#argument(draw.pick(inner), command);
    if (spec.type === 'block') return inner.flatMap((argument) => this.#argument(argument, command));
    if (spec.type === 'key') return [drawKey(command.group, draw, this.#oddness.value / 2)];
    if (spec.name === 'numkeys' && !draw.chance(this.#oddness.value)) {
      this.#keys = draw.pick([1, 1, 2, 2, 3]);
      return [String(this.#keys)];
    }
    const wanted = { command: command.name, group: command.group, name: spec.name, type: spec.type };
    return [drawValue(wanted, draw, this.#oddness.value)];
  }

  #token(token: string): Bytes {
    return this.#draw.chance(0.15) ? token.toLowerCase() : token;
  }

  /** Changes the number or order of the arguments behind the first `fixed` words. */
  #misshape(words: readonly Bytes[], fixed: number): Bytes[] {
    const draw = this.#draw;
    const result = [...words];
    const at = fixed + draw.below(Math.max(1, words.length - fixed));
    switch (draw.below(5)) {
      case 0:
        result.splice(Math.max(fixed, result.length - 1), 1);
        break;
      case 1:
        result.splice(at, 1);
        break;
      case 2:
        result.splice(at, 0, drawAnything(draw));
        break;
      case 3:
        result.push(words[at] ?? drawAnything(draw));
        break;
      default:
        if (at < result.length) result.splice(at, 1, drawAnything(draw));
    }
    return result;
  }
}
