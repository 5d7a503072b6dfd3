import { defineScenario } from '../../sim/index.ts';
import { visitor } from './visitor.ts';

export default defineScenario({ system: './echo-system.ts', nodesMax: 1, actors: { visitor }, operationMs: 30_000 });
