import { expect, test } from 'vitest';
import type { SystemBundle } from '../load/bundle.ts';
import { LoadError } from '../load/errors.ts';
import { RunResources } from '../run/execute-run.ts';
import { LoadedBundles } from './loaded-bundles.ts';

const bundle: SystemBundle = {
  name: 'board',
  scenarioMap: null,
  systemMap: null,
  packagesMap: null,
  scenarioCode: 'module.exports = { default: { name: "board", system: "./system.ts" } };',
  webCode: null,
  files: [],
  systemCode: 'module.exports = {};',
  packagesCode: 'module.exports = {};',
  form: 'sync',
  main: null,
  otherVersion: null,
  packages: [],
  mayUseRedis: false,
  mayUseFailpoints: false,
  projectFiles: null,
  statefulPackages: [],
  codeHash: '0123456789abcdef',
};

function errorOf(bundles: LoadedBundles, id: number): unknown {
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
  ['a value that is not a scenario', { scenarioCode: 'module.exports = { default: null };' }, /^board: \S/],
  ['code that is not valid', { systemCode: 'const;' }, /^board: \S|system\.js: \S/],
])('%s is reported by each job, with file and reason', (_what, broken, expected) => {
  const bundles = new LoadedBundles(new RunResources());
  bundles.load(0, { ...bundle, ...broken });
  bundles.load(1, bundle);
  for (const again of [errorOf(bundles, 0), errorOf(bundles, 0)]) {
    expect(again).toBeInstanceOf(LoadError);
    expect((again as Error).stack?.split('\n', 1)[0]).toMatch(/^LoadError: /);
    expect((again as Error).message.split('\n', 1)[0]).toMatch(expected);
  }
  expect(errorOf(bundles, 1)).toBeNull();
});
