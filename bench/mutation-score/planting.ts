/**
 * The scenario of the gateway, bundled once with each mutant planted.
 */
import path from 'node:path';
import { bundleScenario, bundleSystem, type SystemBundle } from '../../sim/load/bundle.ts';
import { sharedByBundles } from '../../sim/load/bundle-version.ts';
import { evaluateScenario } from '../../sim/load/evaluate.ts';
import { simulatorEntry, wholeCodeHash } from '../../sim/project/simulator.ts';
import { completeScenario } from '../../sim/run/complete-scenario.ts';
import type { ScenarioDefinition } from '../../sim/run/scenario.ts';
import { editOf, type Mutant } from './mutant.ts';

export interface Planting {
  readonly root: string;
  /** The unmodified gateway, for null. Throws VariantError if the mutant no longer fits. */
  bundle(mutant: Mutant | null): Promise<SystemBundle>;
}

export async function gatewayPlanting(root: string): Promise<Planting> {
  const scenarioFile = path.join(root, 'properties', 'gateway.ts');
  const scenario = await bundleScenario(scenarioFile, simulatorEntry);
  const definition = evaluateScenario(scenario, { current: () => null }) as ScenarioDefinition;
  const { system } = completeScenario(definition, scenarioFile);
  const shared = sharedByBundles();
  return {
    root,
    bundle: async (mutant) => {
      const edits = mutant === null ? [] : [editOf(mutant)];
      const bundle = await bundleSystem({ ...system, scenarioFile, scenario, edits, simulatorEntry, shared });
      return { ...bundle, codeHash: wholeCodeHash(bundle.codeHash) };
    },
  };
}
