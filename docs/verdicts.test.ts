/** docs/verdicts.md and the code have the same verdicts. */
import { expect, test } from 'vitest';
import { FAILURE_VERDICTS } from '../sim/replay/replay-document.ts';
import { REPLAY_VERDICTS } from '../sim/replay/replay-verdict.ts';
import { differences } from './compare.ts';
import { column, tableWith } from './markdown.ts';
import { textOf } from './test/repository.ts';

const page = textOf('docs/verdicts.md');

test('verdicts of runs', () => {
  expect(differences(column(tableWith(page, 'verdict', 'meaning'), 0), FAILURE_VERDICTS)).toEqual([]);
});

test('verdicts of replays', () => {
  const table = tableWith(page, 'replay', 'code and Node', 'digest', 'failure', 'exit code', 'what to do');
  expect(differences(column(table, 0), REPLAY_VERDICTS)).toEqual([]);
});
