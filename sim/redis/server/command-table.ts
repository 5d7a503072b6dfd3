/**
 * The commands of Redis: their number of parameters, and the errors that a server may answer
 * instead of applying them.
 */
import { KNOWN_COMMANDS } from './known-commands.ts';
import { KNOWN_SUBCOMMANDS } from './known-subcommands.ts';

export interface KeySpecification {
  readonly flags: readonly string[];
  /** The index at which to begin; a keyword with the index from which to search; null: unknown. */
  readonly begin: number | { readonly keyword: string; readonly startFrom: number } | null;
  readonly find:
    | { readonly type: 'range'; readonly numbers: readonly [lastKey: number, step: number, limit: number] }
    | { readonly type: 'keynum'; readonly numbers: readonly [at: number, firstKey: number, step: number] }
    | null;
}

export interface CommandInfo {
  /** In lower case; `client|id` for a subcommand. */
  readonly name: string;
  /** Number of parameters, name included. Negative: at least that number. */
  readonly arity: number;
  /** Indexes of the first and the last key, and the step between keys. */
  readonly keys: readonly [first: number, last: number, step: number];
  readonly flags: readonly string[];
  readonly categories: readonly string[];
  readonly tips: readonly string[];
  readonly specifications: readonly KeySpecification[];
}

const listed = (text: string, separator: string): string[] => (text === '-' ? [] : text.split(separator));

function specificationOf(text: string): KeySpecification {
  const [flags = '', begin = '', find = ''] = text.split(':');
  const [, keyword = '', startFrom = ''] = /^([A-Z]*)(-?\d+)$/.exec(begin) ?? [];
  const [type, ...numbers] = find.split('/');
  return {
    flags: flags.split(','),
    begin: begin === '?' ? null : keyword === '' ? Number(begin) : { keyword, startFrom: Number(startFrom) },
    find: find === '?' ? null : ({ type, numbers: numbers.map(Number) } as unknown as KeySpecification['find']),
  };
}

function infoOf(line: string): CommandInfo {
  const [name = '', arity, keys = '', flags = '', categories = '', tips = '', specifications = ''] = line.split(' ');
  return {
    name,
    arity: Number(arity),
    keys: keys.split(',').map(Number) as unknown as CommandInfo['keys'],
    flags: listed(flags, ','),
    categories: listed(categories, ','),
    tips: listed(tips, ','),
    specifications: listed(specifications, ';').map(specificationOf),
  };
}

const tableOf = (text: string): ReadonlyMap<string, CommandInfo> =>
  new Map(
    text
      .trim()
      .split('\n')
      .map(infoOf)
      .map((info) => [info.name, info]),
  );

export const COMMANDS = tableOf(KNOWN_COMMANDS);
const SUBCOMMANDS = tableOf(KNOWN_SUBCOMMANDS);
const CONTAINERS: ReadonlySet<string> = new Set([...SUBCOMMANDS.keys()].map((name) => name.split('|', 1)[0] ?? ''));

/** The error of a replica that is to write. */
export const READ_ONLY_REPLICA = "READONLY You can't write against a read only replica.";

/** A server state in which some commands fail: the error, and the commands that it refuses. */
export interface ErrorState {
  readonly error: string;
  readonly refuses: (name: string) => boolean;
}

/**
 * The states that a server may enter while its connections stay open and authenticated. Which
 * commands it refuses follows from their flags, as on a real server. The first one refuses most, so
 * that a shrunk run has it.
 */
export const ERROR_STATES: readonly ErrorState[] = [
  {
    error: 'BUSY Redis is busy running a script. You can only call SCRIPT KILL or SHUTDOWN NOSAVE.',
    refuses: (name) => !hasFlag(name, 'allow_busy'),
  },
  {
    error: 'LOADING Redis is loading the dataset in memory',
    refuses: (name) => !hasFlag(name, 'loading'),
  },
  {
    error: "OOM command not allowed when used memory > 'maxmemory'.",
    refuses: (name) => hasFlag(name, 'denyoom'),
  },
  {
    error: READ_ONLY_REPLICA,
    refuses: (name) => hasFlag(name, 'write'),
  },
];

/** `name` is in lower case. */
function isCommand(name: string): boolean {
  return COMMANDS.has(name);
}

/** Whether the command, or one of its subcommands, has the flag. */
export function hasFlag(name: string, flag: string): boolean {
  return COMMANDS.get(name)?.flags.includes(flag) === true;
}

/** Returns the command or its subcommand; undefined when there is none. Both ignore case. */
export function infoFor(name: string, subcommand?: string): CommandInfo | undefined {
  const command = name.toLowerCase();
  if (subcommand === undefined || !CONTAINERS.has(command)) return COMMANDS.get(command);
  return SUBCOMMANDS.get(`${command}|${subcommand.toLowerCase()}`);
}

/** Returns the subcommands of a command, in alphabetical order. */
export function subcommandsOf(name: string): readonly CommandInfo[] {
  return [...SUBCOMMANDS.values()].filter((info) => info.name.startsWith(`${name}|`));
}

/** The number of bytes of a command that an error shows. */
const SHOWN_MAX = 128;

/**
 * Returns the error for an unknown command or subcommand, or a wrong number of parameters; null
 * when valid. `name` is in lower case; an error about it quotes the `spelling` of the client.
 */
export function validate(name: string, parameters: readonly string[], spelling = name): string | null {
  const command = COMMANDS.get(name);
  if (command === undefined) return unknownCommand(spelling, parameters);
  const [subcommand] = parameters;
  const isContainer = subcommand !== undefined && CONTAINERS.has(name);
  const info = isContainer ? infoFor(name, subcommand) : command;
  if (info === undefined)
    return `ERR unknown subcommand '${(subcommand ?? '').slice(0, SHOWN_MAX)}'. Try ${name.toUpperCase()} HELP.`;
  return accepts(info, parameters.length) ? null : `ERR wrong number of arguments for '${info.name}' command`;
}

function unknownCommand(spelling: string, parameters: readonly string[]): string {
  let shown = '';
  for (const parameter of parameters) {
    if (shown.length >= SHOWN_MAX) break;
    shown += `'${parameter.slice(0, SHOWN_MAX - shown.length)}' `;
  }
  return `ERR unknown command '${spelling.slice(0, SHOWN_MAX)}', with args beginning with: ${shown}`;
}

/** Returns whether a command takes `count` parameters, its name aside. */
export function accepts({ arity }: CommandInfo, count: number): boolean {
  return arity < 0 ? count + 1 >= -arity : count + 1 === arity;
}

/** The error with which a server in a state answers the command; null if it applies it. */
export function errorInState({ error, refuses }: ErrorState, name: string): string | null {
  // A real server that refuses MULTI refuses everything on the connection. Refusing only MULTI
  // would let the commands behind it be applied one by one.
  return isCommand(name) && name !== 'multi' && refuses(name) ? error : null;
}
