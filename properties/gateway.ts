/**
 * The scenario of the price gateway: what is simulated, who uses it, what may go wrong, and what must hold all the same.
 */
import { scenarioFor } from '../sim/index.ts';
import { client } from './actors/client.ts';
import { type GatewayConfiguration, gatewayConfiguration } from './configuration.ts';
import { mutants } from './mutants.ts';
import { noOrphans } from './guarantees/no-orphans.ts';
import { noSilentFailures } from './guarantees/no-silent-failures.ts';
import { oneRecord } from './guarantees/one-record.ts';
import { reached } from './guarantees/reached.ts';
import { silentLeave } from './guarantees/silent-leave.ts';
import { stableTables } from './guarantees/stable-tables.ts';
import { subscriberHistory } from './guarantees/subscriber-history.ts';
import { wholeBroadcasts } from './guarantees/whole-broadcasts.ts';
import { previousRelease } from './previous-release.ts';

export default scenarioFor<GatewayConfiguration>()({
  name: 'gateway',
  // tidy/tidy.test.ts finds state in modules of core, should there ever be any.
  system: { entry: './system.ts', stateless: true, otherVersion: { edits: previousRelease } },
  configuration: gatewayConfiguration,
  nodesMax: 3,
  actors: { client },
  operationsMax: 16,
  faultsMax: 6,
  chaosMs: { min: 6000, max: 20_000 },
  // Lease and sweep, twice the budget of a write, and some more.
  settleMs: 20_000,
  leaveMs: 12_000,
  operationMs: 15_000,
  properties: [
    oneRecord,
    stableTables,
    wholeBroadcasts,
    subscriberHistory,
    noOrphans,
    silentLeave,
    noSilentFailures,
    reached,
  ],
  variants: mutants,
});
