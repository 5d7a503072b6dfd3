/** What a scenario gives to a main module, and the error for one that starts nothing. */
import { ScenarioError } from '../plan/scenario-error.ts';
import type { Environment, EnvironmentDraw } from '../system/process-state.ts';
import type { Scenario } from './scenario.ts';

/** Throws a ScenarioError if the scenario's function throws or returns something else. */
export function environmentOf({ system: { env = {} } }: Scenario, node: string, draw: EnvironmentDraw): Environment {
  if (typeof env !== 'function') return env;
  let made: unknown;
  try {
    made = env(node, draw);
  } catch (error) {
    throw new ScenarioError('system.env', `system.env for ${node}`, error);
  }
  if (isEnvironment(made)) return made;
  throw new ScenarioError('system.env', `system.env for ${node}`, 'expected an object of strings', 'is invalid');
}

function isEnvironment(value: unknown): value is Environment {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((one) => typeof one === 'string');
}

export function mainModuleError(node: string, problem: string): ScenarioError {
  return new ScenarioError('main module', `the main module of ${node}`, problem, 'ended before it listened');
}
