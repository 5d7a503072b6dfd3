import { expect, test } from 'vitest';
import type { Failure } from '../run/run-verdict.ts';
import { sampleFailure, sampleReplay } from './test/sample.ts';
import { verdictOf } from './replay-verdict.ts';

const replay = sampleReplay();
const { codeHash, node, digest } = replay;
const other: Failure = { verdict: 'crash', step: 3, atMs: 1, signature: 'crash: TypeError', text: 'node-1 threw' };
const stuck: Failure = { verdict: 'stuck', step: 3, atMs: 1, signature: 'stuck', text: 'step 3 never yields' };

test.each([
  ['exact', { codeHash, node, digest, failure: sampleFailure }],
  ['exact', { codeHash: 'other', node, digest, failure: sampleFailure }],
  ['exact', { codeHash, node: 24, digest, failure: sampleFailure }],
  ['same-failure', { codeHash: 'other', node, digest: 'other', failure: sampleFailure }],
  ['same-failure', { codeHash, node: 24, digest: 'other', failure: sampleFailure }],
  ['fixed', { codeHash: 'other', node, digest: 'other', failure: null }],
  ['different-failure', { codeHash: 'other', node, digest: 'other', failure: other }],
  ['different-failure', { codeHash: 'other', node, digest: '', failure: stuck }],
  ['diverged', { codeHash, node, digest: 'other', failure: sampleFailure }],
  ['diverged', { codeHash, node, digest: 'other', failure: null }],
  ['diverged', { codeHash, node, digest: 'other', failure: other }],
])('%s', (verdict, now) => {
  expect(verdictOf(replay, now)).toBe(verdict);
});

test.each([
  ['exact', { codeHash, node, digest: '', failure: stuck }],
  ['same-failure', { codeHash: 'other', node, digest: '', failure: stuck }],
  ['fixed', { codeHash: 'other', node, digest: 'some', failure: null }],
  ['diverged', { codeHash, node, digest: 'some', failure: null }],
])('%s, for a replay of a stuck run', (verdict, now) => {
  expect(verdictOf(sampleReplay({ failure: stuck, digest: '' }), now)).toBe(verdict);
});
