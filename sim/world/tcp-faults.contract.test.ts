/**
 * Runs the contract of faults of TCP on real sockets and on simulated ones: the same scripts of a
 * server and a client, with the same fault between them, must print the same lines.
 */
import { isDeepStrictEqual } from 'node:util';
import { describe, expect, it } from 'vitest';
import { casesOf } from '../cli/test/long.ts';
import { realLines } from './test/tcp/real-tcp.ts';
import { simulatedLines } from './test/tcp/simulated-tcp.ts';
import { TCP_FAULTS_CONTRACT } from './test/tcp/tcp-faults-contract.ts';

/** Each seed has different delays. */
const SEEDS = casesOf('faults of TCP with further seeds', [1, 2, 3, 4, 5]);

/**
 * On a busy machine a reset may be read together with the bytes before it, which Node reports as an
 * end.
 */
const ATTEMPTS = 3;

const ENTRIES = TCP_FAULTS_CONTRACT.map((entry) => ({ title: entry.title, entry }));

describe('simulated TCP', () => {
  it.each(ENTRIES)('$title', async ({ entry }) => {
    for (const seed of SEEDS) expect(await simulatedLines(entry, seed), `seed ${seed}`).toEqual(entry.expected);
  });
});

describe('real TCP', () => {
  it.each(ENTRIES)('$title', async ({ entry }) => {
    let lines = await realLines(entry);
    for (let attempt = 1; attempt < ATTEMPTS && !isDeepStrictEqual(lines, entry.expected); attempt += 1)
      lines = await realLines(entry);
    expect(lines).toEqual(entry.expected);
  });
});
