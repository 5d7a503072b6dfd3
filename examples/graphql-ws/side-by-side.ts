/**
 * Both versions in one run: a deployment brings 5.14.3 to some of the nodes while 5.15.0 serves on
 * the others. The properties hold for both.
 */
import { defineScenario } from '../../sim/index.ts';
import { bothServe } from './both-serve.ts';
import scenario from './scenario.ts';

const [older] = scenario.variants;

export default defineScenario({
  ...scenario,
  name: 'graphql-ws side by side',
  system: { ...scenario.system, otherVersion: { edits: older?.edits } },
  nodesMax: 3,
  faults: ['latency', 'mixed-versions'],
  chaosMs: { min: 6000, max: 20_000 },
  properties: [...scenario.properties, bothServe],
});
