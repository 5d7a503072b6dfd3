import { expect, test } from 'vitest';
import { repository } from '../../sim/project/simulator.ts';
import { gatewayPlanting } from '../mutation-score/planting.ts';
import { measureMechanical, mechanicalTable } from './mechanical.ts';
import { keptMechanical } from './mechanical-failures.ts';

test('there are failures that were not used to improve reports, each of another mutant', () => {
  const kept = keptMechanical();
  expect(kept.filter(({ isSeen }) => !isSeen).length).toBeGreaterThanOrEqual(25);
  expect(kept.filter(({ isSeen }) => isSeen).length).toBeGreaterThanOrEqual(25);
  expect(new Set(kept.map(({ mutant }) => mutant.id)).size).toBe(kept.length);
});

test('a mutant is measured, and one whose text has changed is gone', async () => {
  const planting = await gatewayPlanting(repository ?? '');
  const known = keptMechanical().find(({ mutant }) => mutant.id === 'auth-4c78b8');
  const changed = { ...known!, mutant: { ...known!.mutant, id: 'auth-000000', find: 'text that no file has' } };
  const document = await measureMechanical(planting, [known!, changed]);
  expect(document.gone).toEqual(['auth-000000']);
  expect(document.figures).toMatchObject([{ mutant: 'auth-4c78b8', isSeen: true, isShown: true }]);
  const table = mechanicalTable(document);
  expect(table).toContain('| auth-4c78b8 | core/auth.ts:');
  expect(table).toContain('1 of 1 reports of seen mutants have the cause');
  expect(table).toContain('no longer fail: auth-000000');
});
