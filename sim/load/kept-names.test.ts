/** Classes and functions have the names that they have in Node, whatever else is in the bundle. */
import { expect, test } from 'vitest';
import { project, runMain } from './test/project.ts';

test('classes and functions keep their names, whatever the other files contain', async () => {
  const text = `class Refused extends Error { static of() { return new Refused(); } name = this.constructor.name; }
function handle() {}`;
  const made = await project({
    'system.ts': `import { Refused, handle } from './own.ts';
const other = require('./other.cjs');
console.log(Refused.of().name, handle.name, other.Refused.of().name, other.handle.name, Refused === other.Refused);`,
    'own.ts': `export ${text.replace('function', 'export function')}`,
    'other.cjs': `${text}\nmodule.exports = { Refused, handle };`,
  }).image(() => null);
  expect(await runMain(made)).toEqual(['Refused handle Refused handle false']);
});
