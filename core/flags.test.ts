import { describe, expect, test } from 'vitest';
import { settings } from './environment.ts';
import { flagOf, withFlags } from './flags.ts';

const flags = (line: string, variables = {}) => withFlags(line.split(' '), settings, variables);

describe('withFlags', () => {
  test('a flag replaces its variable and leaves the others', () => {
    const variables = { PORT: '1', HOST: '::1' };
    expect(flags('--port 9000 --jwt-issuer=them', variables)).toEqual({
      variables: { PORT: '9000', HOST: '::1', JWT_ISSUER: 'them' },
    });
    expect(withFlags([], settings, variables)).toEqual({ variables });
  });

  test.each(['--jwt-secret x', '--redis-url x', '--prot 9000', '--port', 'hunter2'])(
    'says in one line what is wrong with %s',
    (line) => {
      expect(flags(line)).toEqual({
        problem: expect.stringMatching(/^unknown flag or missing value \(expected --.*\)$/),
      });
      expect(JSON.stringify(flags(line))).not.toContain('hunter2');
    },
  );

  test('settings that may hold a secret have no flag', () => {
    expect(settings.filter((setting) => flagOf(setting) === null)).toEqual([
      'JWT_SECRET',
      'JWT_SECRET_PREVIOUS',
      'REDIS_URL',
    ]);
  });
});
