/** FUNCTION of a server without functions, which cannot be loaded: FUNCTION LOAD is refused. */
import { type Commands, word } from '../command.ts';
import { errorText } from '../error-text.ts';
import { fail, OK, refuse } from '../reply.ts';

/** Each option may be given once. */
function validateListing(options: readonly string[]): void {
  const rest = new Set(['WITHCODE', 'LIBRARYNAME']);
  for (let index = 0; index < options.length; index += 1) {
    const option = options[index] ?? '';
    if (!rest.delete(word(option))) fail(errorText`ERR Unknown argument ${option}`);
    if (word(option) !== 'LIBRARYNAME') continue;
    index += 1;
    if (index === options.length) fail('ERR library name argument was not given');
  }
}

export const FUNCTIONS: Commands = {
  function([subcommand = '', ...parameters]) {
    const [how = 'SYNC'] = parameters;
    switch (word(subcommand)) {
      case 'FLUSH':
        if (parameters.length > 1)
          fail(errorText`ERR unknown subcommand or wrong number of arguments for '${subcommand}'. Try FUNCTION HELP.`);
        return ['SYNC', 'ASYNC'].includes(word(how)) ? OK : fail('ERR FUNCTION FLUSH only supports SYNC|ASYNC option');
      case 'LIST':
        validateListing(parameters);
        return [];
      case 'KILL':
        return fail('NOTBUSY No scripts in execution right now.');
      default:
        return refuse(`function ${subcommand.toLowerCase()}`);
    }
  },
};
