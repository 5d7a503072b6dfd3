/**
 * What the search must find: the planted mutants of the gateway on both levels, those of the
 * examples and races, and the scenarios in docs that fail on purpose.
 */
import { workersOptionsOf } from '../../sim/api/options.ts';
import { findScenario } from '../../sim/project/project.ts';
import { loadSource } from '../../sim/project/scenario-source.ts';

/** A scenario whose variants with an expected property are to be found. */
export const WITH_VARIANTS: readonly string[] = [
  'properties/gateway.ts',
  ...[
    'answered-early',
    'delivered-twice',
    'expired-lease',
    'last-seat',
    'lost-update',
    'order-lost',
    'rate-window',
    'snapshot-gap',
    'stale-cache',
  ].map((race) => `examples/races/${race}/scenario.ts`),
  'docs/leak/visitors.sim.ts',
  ...['ws-chat', 'fastify', 'graphql-ws', 'socket.io', 'yjs'].map((example) => `examples/${example}/scenario.ts`),
  'properties/server.ts',
];

/** Scenarios that fail as they are. */
const FAILING: readonly string[] = ['docs/app/gateway.ts'];

export interface Subject {
  readonly name: string;
  readonly scenarioFile: string;
  readonly variant?: string;
  /** The property or verdict that counts as found; any failure if absent. */
  readonly expected?: string;
}

/**
 * Subjects whose names contain `part`, in the order of the table. Loads scenarios as it goes, but
 * for those that a whole name, such as `races/last-seat race`, rules out.
 */
export async function* subjectsNamed(part = ''): AsyncGenerator<Subject> {
  const [scenarioPart = '', variantPart] = part.split(' ');
  for (const scenarioFile of FAILING) {
    const name = shortName(scenarioFile);
    if (name.includes(part)) yield { name, scenarioFile };
  }
  for (const scenarioFile of WITH_VARIANTS) {
    if (variantPart !== undefined && !shortName(scenarioFile).endsWith(scenarioPart)) continue;
    const { scenario } = await loadSource(findScenario(scenarioFile, process.cwd()), workersOptionsOf({}).stuckMs);
    for (const { id, expected } of scenario.variants) {
      const name = `${shortName(scenarioFile)} ${id}`;
      if (expected !== undefined && name.includes(part)) yield { name, scenarioFile, variant: id, expected };
    }
  }
}

/** `examples/races/last-seat/scenario.ts` becomes `races/last-seat`. */
function shortName(scenarioFile: string): string {
  return scenarioFile.replace(/^(?:examples|properties)\//, '').replace(/(?:\/scenario|\.sim)?\.ts$/, '');
}
