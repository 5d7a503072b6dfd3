/**
 * The scenario of the price gateway on the level of whole frames: its parts, composed on a
 * simulated node. server.ts is the same scenario for the main of `npm start`.
 */
import { type ScenarioDefinition, scenarioFor } from '../sim/index.ts';
import { client } from './actors/client.ts';
import { type GatewayConfiguration, gatewayConfiguration } from './configuration.ts';
import { mutants } from './mutants.ts';
import { addressLimits } from './guarantees/address-limits.ts';
import { adminActs } from './guarantees/admin-acts.ts';
import { answered } from './guarantees/answered.ts';
import { boundedQueues } from './guarantees/bounded-queues.ts';
import { drained } from './guarantees/drained.ts';
import { expiredLeave } from './guarantees/expired-leave.ts';
import { fairEndings } from './guarantees/fair-endings.ts';
import { frameRates } from './guarantees/frame-rates.ts';
import { noOrphans } from './guarantees/no-orphans.ts';
import { noSilentFailures } from './guarantees/no-silent-failures.ts';
import { numberedPrices } from './guarantees/numbered-prices.ts';
import { oneRecord } from './guarantees/one-record.ts';
import { pacedPrices } from './guarantees/paced-prices.ts';
import { permittedSymbols } from './guarantees/permitted-symbols.ts';
import { plainComments } from './guarantees/plain-comments.ts';
import { reached } from './guarantees/reached.ts';
import { relayedMessages } from './guarantees/relayed-messages.ts';
import { revokedLeave } from './guarantees/revoked-leave.ts';
import { served } from './guarantees/served.ts';
import { silentLeave } from './guarantees/silent-leave.ts';
import { stableTables } from './guarantees/stable-tables.ts';
import { staleFeeds } from './guarantees/stale-feeds.ts';
import { stopsInTime } from './guarantees/stops-in-time.ts';
import { subscriberHistory } from './guarantees/subscriber-history.ts';
import { subscriptionBegins } from './guarantees/subscription-begins.ts';
import { userLimit } from './guarantees/user-limit.ts';
import { validTokens } from './guarantees/valid-tokens.ts';
import { versioned } from './guarantees/versioned.ts';
import { warnedEndings } from './guarantees/warned-endings.ts';
import { wholeBroadcasts } from './guarantees/whole-broadcasts.ts';
import { previousRelease } from './previous-release.ts';

/** All but the system and its name, for both levels. */
export const judged = {
  configuration: gatewayConfiguration,
  nodesMax: 3,
  actors: { client },
  operationsMax: 16,
  faultsMax: 6,
  // The usual buffer holds more than a client of this scenario can miss.
  smallSendBuffers: { oneSeedIn: 2 },
  chaosMs: { min: 6000, max: 20_000 },
  // A lease, a sweep and twice the retry budget of a write, with a margin.
  settleMs: 20_000,
  leaveMs: 12_000,
  operationMs: 15_000,
  properties: [
    oneRecord,
    stableTables,
    wholeBroadcasts,
    subscriberHistory,
    numberedPrices,
    pacedPrices,
    subscriptionBegins,
    noOrphans,
    silentLeave,
    noSilentFailures,
    plainComments,
    relayedMessages,
    warnedEndings,
    adminActs,
    versioned,
    drained,
    stopsInTime,
    validTokens,
    expiredLeave,
    permittedSymbols,
    revokedLeave,
    userLimit,
    reached,
    served,
  ],
  variants: mutants,
} satisfies Omit<ScenarioDefinition<GatewayConfiguration>, 'name' | 'system'>;

export default scenarioFor<GatewayConfiguration>()({
  name: 'gateway',
  // `stateless` is true because tidy/tidy.test.ts rejects module state in core.
  system: { entry: './system.ts', stateless: true, otherVersion: { edits: previousRelease } },
  ...judged,
  // By default without the last one, which stays until the gateway notices it.
  faults: ['network', 'redis', 'node', 'time', '-redis-demoted', 'redis-subscriber-deaf'],
  // A frame over TCP may arrive in several parts, and its answer follows the last one.
  // The main of server.ts has prices without Redis, and refuses addresses at the upgrade.
  properties: [...judged.properties, answered, frameRates, addressLimits, fairEndings, boundedQueues, staleFeeds],
});
