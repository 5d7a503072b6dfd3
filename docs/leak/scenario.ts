/** The scenario of the ticker, with another system and another promise. */
import { defineScenario } from 'seedstorm';
import ticker from '../ticker/scenario.ts';
import { nobodyKept } from './promise.ts';

export default defineScenario({
  ...ticker,
  name: 'leak',
  system: { entry: './system.ts' },
  properties: [nobodyKept],
  variants: [
    {
      id: 'kept-visitor',
      risk: 'leak',
      expected: 'nobody-kept',
      edits: [{ file: './system.ts', within: 'start', find: 'visitors.delete(socket);', put: '' }],
    },
  ],
});
