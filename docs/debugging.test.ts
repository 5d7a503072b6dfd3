/** The launch.json of docs/debugging.md fits the command line and the package. */
import { expect, test } from 'vitest';
import { parseArguments } from '../sim/cli/program.ts';
import { waitingLine } from '../sim/api/inspect/waiting-line.ts';
import { KEYS, TOKENS } from '../sim/page/browser/keys.ts';
import { fencesIn, tableWith } from './markdown.ts';
import { textOf } from './test/repository.ts';

const page = textOf('docs/debugging.md');

interface Configuration {
  readonly request: string;
  readonly program?: string;
  readonly args?: readonly string[];
  readonly port?: number;
  readonly resolveSourceMapLocations: null;
}

test('launch.json starts a replay, and attaches to the port that a replay waits on', () => {
  const [json] = fencesIn(page).filter(({ language }) => language === 'json');
  const { configurations } = JSON.parse(json?.text ?? '') as { configurations: Configuration[] };
  const [launch, attach] = configurations;
  const { bin, name } = JSON.parse(textOf('package.json')) as { bin: Record<string, string>; name: string };
  expect(launch?.program).toBe(`\${workspaceFolder}/node_modules/${name}/${bin[name]}`);
  const { request } = parseArguments(launch?.args ?? [], '0.0.0', () => undefined);
  expect(request).toMatchObject({ command: 'replay', flags: { inspect: 1 } });
  expect([attach?.request, attach?.port]).toEqual(['attach', 9229]);
  expect(configurations.map(({ resolveSourceMapLocations }) => resolveSourceMapLocations)).toEqual([null, null]);
});

test('the line that a waiting replay prints is shown as it is', () => {
  expect(page).toContain(waitingLine('ws://127.0.0.1:9229/3d1f'));
});

test.each([
  ['key', 'what it does', KEYS],
  ['token', 'what it shows', TOKENS],
] as const)('the page has the same table of each %s in its help', (name, what, entries) => {
  const rows = tableWith(page, name, what).rows.map(([cell = '', text]) => [cell.replaceAll('`', ''), text]);
  expect(rows).toEqual(entries);
});
