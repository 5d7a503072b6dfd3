/**
 * `npm run bench -- [--json] [--quick]`: what the simulator costs, each figure as a ratio to a reference measured in the same run.
 */
import { parseArgs } from 'node:util';
import { measure, table } from './document.ts';
import { FULL, QUICK } from './sizes.ts';

const USAGE_FAULT = 2;

function flagsOf(given: readonly string[]): { json: boolean; quick: boolean } | null {
  try {
    const { values } = parseArgs({
      args: [...given],
      options: { json: { type: 'boolean' }, quick: { type: 'boolean' } },
    });
    return { json: values.json === true, quick: values.quick === true };
  } catch (error) {
    const [line = ''] = (error as Error).message.split('. ', 1);
    console.error(`bench: ${line}; there are --json and --quick`);
    return null;
  }
}

const flags = flagsOf(process.argv.slice(2));
if (flags === null) {
  process.exitCode = USAGE_FAULT;
} else {
  const document = await measure(flags.quick ? QUICK : FULL);
  console.log(flags.json ? JSON.stringify(document) : table(document));
}
