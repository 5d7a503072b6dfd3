/** The first test of the documentation: a system and its scenario, as texts to write to files. */
import { readFileSync } from 'node:fs';

const read = (name: string): string => readFileSync(new URL(`../../../docs/ticker/${name}`, import.meta.url), 'utf8');

const CLEANUP = "socket.on('close', () => clearInterval(timer));";

export const TICKER = read('ticker.ts');

export const TICKER_WITH_LEAK = TICKER.replace(CLEANUP, 'void timer;');

export const TICKER_SCENARIO = read('ticker.sim.ts');

if (TICKER_WITH_LEAK === TICKER) throw new Error('docs/ticker/ticker.ts has no cleanup to remove');
