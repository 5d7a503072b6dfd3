/** CONFIG, which reads and changes the settings of the server. */
import { type Commands, SYNTAX, word } from './command.ts';
import { matcher } from './pattern.ts';
import { fail, OK } from './reply.ts';

const HELP = [
  'CONFIG <subcommand> [<arg> [value] [opt] ...]. Subcommands are:',
  'GET <pattern>',
  '    Return parameters matching the glob-like <pattern> and their values.',
  'SET <directive> <value>',
  '    Set the configuration <directive> to <value>.',
  'RESETSTAT',
  '    Reset statistics reported by the INFO command.',
  'REWRITE',
  '    Rewrite the configuration file.',
  'HELP',
  '    Prints this help.',
];

export const CONFIGURATION: Commands = {
  config([subcommand = '', ...parameters], { settings }) {
    switch (word(subcommand)) {
      case 'GET': {
        const patterns = parameters.map((pattern) => matcher(pattern.toLowerCase()));
        const names = settings.names.filter((name) => patterns.some((matches) => matches(name)));
        return names.flatMap((name) => [name, settings.shown(name)]);
      }
      case 'SET':
        if (parameters.length % 2 !== 0) fail(SYNTAX);
        settings.set(
          parameters.flatMap((name, index) => (index % 2 === 0 ? [[name, parameters[index + 1] ?? ''] as const] : [])),
        );
        return OK;
      case 'RESETSTAT':
        return OK;
      case 'REWRITE':
        return fail('ERR The server is running without a config file');
      default:
        return HELP.map((line) => line);
    }
  },
};
