/** Runs the whole contract of `fetch` in the simulation, and writes the ends of its scripts. */
import type { ScriptEnd } from '../../../world/test/net/entry.ts';
import { simulatedWeb } from './simulated-web.ts';
import { WEB_CONTRACT } from './web-contract.ts';

const ends: ScriptEnd[] = [];
for (const [, text] of WEB_CONTRACT) ends.push(await simulatedWeb(text, 1));
process.stdout.write(JSON.stringify(ends), () => process.exit());
