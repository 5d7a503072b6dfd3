/** CONFIG, which reads and changes the settings of the server. */
import { type Commands, SYNTAX, word } from '../command.ts';
import { matcher } from '../pattern.ts';
import { fail, OK, refuse } from '../reply.ts';

export const CONFIGURATION: Commands = {
  config([subcommand = '', ...parameters], { settings, statistics }) {
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
        statistics.reset();
        return OK;
      case 'REWRITE':
        return fail('ERR The server is running without a config file');
      default:
        return refuse('config help');
    }
  },
};
