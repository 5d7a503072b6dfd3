import { defineScenario } from '../../sim/index.ts';
import { visitor } from './visitor.ts';

export default defineScenario({ system: './echo-main.ts', nodesMax: 1, actors: { visitor }, operationMs: 30_000 });
