/** COMMAND: what the server says about its commands. */
import { SYNTAX, word } from '../model/command.ts';
import { matcher } from '../model/pattern.ts';
import { fail, refuse, type Reply, Status } from '../model/reply.ts';
import { keysIn } from './command-keys.ts';
import {
  type CommandInfo,
  COMMANDS,
  infoFor,
  type KeySpecification,
  subcommandsOf,
  validate,
} from './command-table.ts';

const statuses = (texts: readonly string[]): Reply => texts.map((text) => new Status(text));

function beginReply({ begin }: KeySpecification): Reply {
  if (begin === null) return ['type', 'unknown', 'spec', []];
  if (typeof begin === 'number') return ['type', 'index', 'spec', ['index', begin]];
  return ['type', 'keyword', 'spec', ['keyword', begin.keyword, 'startfrom', begin.startFrom]];
}

function findReply({ find }: KeySpecification): Reply {
  if (find === null) return ['type', 'unknown', 'spec', []];
  const names = find.type === 'range' ? ['lastkey', 'keystep', 'limit'] : ['keynumidx', 'firstkey', 'keystep'];
  return ['type', find.type, 'spec', names.flatMap((name, index) => [name, find.numbers[index] ?? 0])];
}

function describe(info: CommandInfo): Reply {
  return [
    info.name,
    info.arity,
    statuses(info.flags),
    ...info.keys,
    statuses(info.categories.map((category) => `@${category}`)),
    info.tips,
    info.specifications.map((specification) => [
      'flags',
      statuses(specification.flags),
      'begin_search',
      beginReply(specification),
      'find_keys',
      findReply(specification),
    ]),
    info.name.includes('|') ? [] : subcommandsOf(info.name).map(describe),
  ];
}

function found(name: string): CommandInfo | undefined {
  const [command = '', subcommand, ...rest] = name.split('|');
  const info = infoFor(command, subcommand);
  // A command without subcommands is itself found for any.
  return rest.length > 0 || info?.name.includes('|') !== name.includes('|') ? undefined : info;
}

function list(options: readonly string[]): Reply {
  const all = [...COMMANDS.values()].flatMap((info) => [info, ...subcommandsOf(info.name)]);
  if (options.length === 0) return all.map(({ name }) => name);
  const [filter, kind, value = ''] = options;
  if (word(filter) !== 'FILTERBY' || options.length !== 3) return fail(SYNTAX);
  switch (word(kind)) {
    case 'MODULE':
      return [];
    case 'ACLCAT':
      return all.filter(({ categories }) => categories.includes(value.toLowerCase())).map(({ name }) => name);
    case 'PATTERN': {
      const matches = matcher(value);
      return all.map(({ name }) => name).filter(matches);
    }
    default:
      return fail(SYNTAX);
  }
}

function keysOf([name = '', ...parameters]: readonly string[], withFlags: boolean): Reply {
  const command = name.toLowerCase();
  const info = infoFor(command, parameters[0]);
  if (info === undefined) return fail('ERR Invalid command specified');
  if (info.specifications.length === 0) return fail('ERR The command has no key arguments');
  if (validate(command, parameters) !== null) return fail('ERR Invalid number of arguments specified for command');
  const keys = keysIn(command, parameters) ?? fail('ERR Invalid arguments specified for command');
  return keys.map(({ key, flags }) => (withFlags ? [key, statuses(flags)] : key));
}

export function describeCommands([subcommand, ...parameters]: readonly string[]): Reply {
  switch (word(subcommand)) {
    case '':
      return [...COMMANDS.values()].map(describe);
    case 'COUNT':
      return COMMANDS.size;
    case 'INFO': {
      const names = parameters.length === 0 ? [...COMMANDS.keys()] : parameters;
      return names.map((name) => {
        const info = found(name);
        return info === undefined ? null : describe(info);
      });
    }
    case 'LIST':
      return list(parameters);
    case 'GETKEYS':
      return keysOf(parameters, false);
    case 'GETKEYSANDFLAGS':
      return keysOf(parameters, true);
    default:
      return refuse(`command ${(subcommand ?? '').toLowerCase()}`);
  }
}
