/**
 * Runs the whole contract in the simulation, on any version of Node: writes the ends as JSON,
 * and the members of Node's classes that no script covers.
 */
import { NET_CONTRACT } from './net-contract.ts';
import { uncovered } from './net-members.ts';
import { simulatedScript } from './simulated-scripts.ts';
import type { ScriptEnd } from './entry.ts';

const ends: ScriptEnd[] = [];
for (const [, text] of NET_CONTRACT) ends.push(await simulatedScript(text, 1));
process.stdout.write(JSON.stringify({ ends, uncovered: uncovered(NET_CONTRACT) }), () => process.exit());
