/**
 * `npm run bench -- [--json] [--quick] [--only GROUP]`: what the simulator costs, each figure as a ratio to a reference measured in the same
 * run.
 */
import { measure, table } from './document.ts';
import { type Flags, flagsOf } from './flags.ts';
import { FULL, QUICK } from './sizes.ts';

const USAGE_FAULT = 2;

let flags: Flags | null = null;
try {
  flags = flagsOf(process.argv.slice(2));
} catch (error) {
  console.error(`bench: ${(error as Error).message}`);
  process.exitCode = USAGE_FAULT;
}
if (flags !== null) {
  const document = await measure(flags.quick ? QUICK : FULL, flags.only);
  console.log(flags.json ? JSON.stringify(document) : table(document));
}
