import { expect, test } from 'vitest';
import { ManualHost } from '../ambient/test/manual-host.ts';
import { CompiledTexts } from './compile.ts';
import { createImage } from './evaluate.ts';
import { project, startProcess } from './test/project.ts';

test('images that share compiled texts share no state, and a changed text counts', async () => {
  const made = project({
    'node_modules/counter/package.json': '{}',
    'node_modules/counter/index.js': 'let count = 0; exports.next = () => ++count;',
    'system.ts': `import { next } from 'counter'; export const start = () => next();`,
  });
  const bundle = await made.bundle();
  const options = { current: () => null, compiled: new CompiledTexts() };
  const first = async (text: typeof bundle): Promise<unknown> =>
    await startProcess(createImage(text, options).image, new ManualHost());
  const changed = { ...bundle, packagesCode: bundle.packagesCode.replace('++count', '--count') };
  expect([await first(bundle), await first(bundle), await first(changed), await first(bundle)]).toEqual([1, 1, -1, 1]);
});
