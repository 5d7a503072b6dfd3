/** A package whose state lets a later run crash is found like one that changes answers. */
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Workplace } from '../cli/test/command.ts';
import { run } from '../index.ts';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
});
afterEach(() => place.remove());

test('a register of names that a second run fills again', async () => {
  place.write('node_modules/registry/package.json', '{"type":"module","main":"index.js"}');
  place.write(
    'node_modules/registry/index.js',
    `const names = new Set();
export function register(name) {
  if (names.has(name)) throw new Error(name + ' is already registered');
  names.add(name);
}
`,
  );
  place.edit('system.ts', 'import type', "import { register } from 'registry';\nimport type");
  place.edit('system.ts', 'node.listen(', 'register(crypto.randomUUID());\n  node.listen(');
  const outcome = await run(path.join(place.folder, 'scenario.ts'), { seeds: 3, seedStart: '0x1' });
  expect(outcome).toMatchObject({ held: true, statefulPackages: ['registry'] });
});
