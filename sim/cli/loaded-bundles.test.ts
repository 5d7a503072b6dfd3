import { expect, test } from 'vitest';
import type { SystemBundle } from '../load/bundle.ts';
import { LoadError } from '../load/errors.ts';
import { RunResources } from '../run/execute-run.ts';
import { LoadedBundles } from './loaded-bundles.ts';

const bundle: SystemBundle = {
  name: 'board',
  scenarioCode: 'module.exports = { default: { name: "board", chaosMs: {}, properties: [] } };',
  files: [],
  systemCode: 'module.exports = {};',
  packagesCode: 'module.exports = {};',
  otherVersion: null,
  packages: [],
  codeHash: '0123456789abcdef',
};

function complaint(bundles: LoadedBundles, id: number): unknown {
  try {
    bundles.get(id);
  } catch (error) {
    return error;
  }
  return null;
}

test.each([
  [
    'a package that throws',
    { packagesCode: "// node_modules/pool/index.js\nthrow new TypeError('no pool here\\nat all');" },
    /pool.*TypeError: no pool here/,
  ],
  [
    'a scenario that throws',
    { scenarioCode: "// scenario.ts\nthrow new Error('on purpose');" },
    /: Error: on purpose$/,
  ],
  ['a scenario that is none', { scenarioCode: 'module.exports = { default: null };' }, /^board: \S/],
  ['a text that is none', { systemCode: 'const;' }, /^board: \S|system\.js: \S/],
])('%s is told of with each job, by file and reason', (_what, broken, said) => {
  const bundles = new LoadedBundles(new RunResources());
  bundles.load(0, { ...bundle, ...broken });
  bundles.load(1, bundle);
  for (const again of [complaint(bundles, 0), complaint(bundles, 0)]) {
    expect(again).toBeInstanceOf(LoadError);
    expect((again as Error).stack?.split('\n', 1)[0]).toMatch(/^LoadError: /);
    expect((again as Error).message.split('\n', 1)[0]).toMatch(said);
  }
  expect(complaint(bundles, 1)).toBeNull();
});
