/**
 * The public side of the simulator.
 */
export * from './scenario.ts';
