/** A scenario that promises nothing holds whatever its system does: whoever runs it should know. */
import type { Scenario } from '../run/scenario.ts';

export function propertyNotes({ properties }: Pick<Scenario, 'properties'>): string[] {
  return properties.some(({ kind }) => kind !== 'sometimes')
    ? []
    : [
        'the scenario promises nothing: only crashes, ways out of the seed, nondeterminism and what never ends can be found',
      ];
}
