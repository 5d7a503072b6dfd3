/**
 * The scenario of the client in core/client: users of it at the main of `npm start`. The properties
 * of the gateway hold here too, but need not be judged, because readers do little of what they are
 * about.
 */
import { type Property, scenarioFor } from '../sim/index.ts';
import { reader } from './actors/reader.ts';
import type { GatewayConfiguration } from './configuration.ts';
import { judged } from './gateway.ts';
import { handedOver } from './guarantees/handed-over.ts';
import { reached } from './guarantees/reached.ts';
import { served } from './guarantees/served.ts';
import server from './server.ts';

const ofTheGateway = judged.properties
  // An operation of a reader takes as long as it reads.
  .filter((property) => property !== served && property !== reached)
  .map((property): Property<GatewayConfiguration> => ({
    ...property,
    judgedWithinSeeds: Infinity,
    marks: (property.marks ?? []).map((mark) => (typeof mark === 'string' ? mark : mark.name)),
  }));

export default scenarioFor<GatewayConfiguration>()({
  ...server,
  name: 'client',
  actors: { reader },
  properties: [handedOver, ...ofTheGateway],
  variants: [],
});
