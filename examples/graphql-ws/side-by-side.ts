/**
 * Both versions of graphql-ws in one run: a deployment brings 5.14.3 to some nodes while 5.15.0
 * serves on the others, and then takes it back. A node that runs 5.14.3 has stopped before the run
 * ends, so what it leaks has to be found while it runs: channels-freed.ts does that.
 */
import { defineScenario } from 'seedstorm';
import { bothServe } from './both-serve.ts';
import { channelsFreed } from './channels-freed.ts';
import scenario from './scenario.ts';

const older = (scenario.variants ?? []).filter(({ id }) => id === '5.14.3');

export default defineScenario({
  ...scenario,
  name: 'graphql-ws side by side',
  system: { entry: './server.ts', otherVersion: { edits: older[0]?.edits } },
  nodesMax: 3,
  faults: ['latency', 'mixed-versions'],
  chaosMs: { min: 6000, max: 20_000 },
  properties: [channelsFreed, bothServe],
  variants: older.map((variant) => ({ ...variant, expected: channelsFreed.id })),
});
