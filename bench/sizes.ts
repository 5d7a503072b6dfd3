/** The sizes of all measurements. */
import { availableParallelism } from 'node:os';
import type { DetectionSizes } from './detection/campaigns.ts';

export interface Sizes {
  readonly rounds: number;
  /** Rounds of measurements that take seconds. */
  readonly longRounds: number;
  readonly kernelActors: readonly number[];
  /** Events of each measurement of the kernel and of the bare loop. */
  readonly kernelEvents: number;
  readonly gatewayClients: readonly number[];
  /** Number of clients in all runs of one measurement. */
  readonly gatewayClientsTogether: number;
  readonly levels: {
    readonly clients: number;
    /** Messages of each client, each answered. */
    readonly messages: number;
    /** Connections of each client, one after the other. */
    readonly connections: number;
    /** Seeds of each measurement of the gateway. */
    readonly seeds: number;
  };
  readonly fanOut: {
    /** Of the real gateway. */
    readonly clients: number;
    /** Of each measurement. */
    readonly prices: number;
    /** Connections are idle for this time before their memory is measured: longer than a sweep. */
    readonly idleMs: number;
  };
  readonly packagesClients: readonly number[];
  /** Commands of each measurement of the simulated Redis. */
  readonly redisCommands: number;
  /** Events of each run; a multiple of the number of actors. */
  readonly schedulerEvents: readonly number[];
  /** Posts of each visitor of a room, in each run. */
  readonly schedulerPosts: readonly number[];
  /** Number of events in all runs of one measurement. */
  readonly schedulerEventsTogether: number;
  readonly growth: {
    readonly fewClients: number;
    readonly manyClients: readonly { readonly clients: number; readonly rounds: number }[];
  };
  readonly memory: { readonly fewClients: number; readonly manyClients: number };
  /** 0 skips the long run. */
  readonly longRunEvents: number;
  /** Seeds of each measurement, for small and default size. */
  readonly seeds: number;
  /** Nearly empty runs of each measurement. */
  readonly emptyRuns: number;
}

export const FULL: Sizes = {
  rounds: 5,
  longRounds: 3,
  kernelActors: [100, 1000, 10_000],
  kernelEvents: 300_000,
  gatewayClients: [100, 1000],
  gatewayClientsTogether: 500,
  levels: { clients: 20, messages: 500, connections: 25, seeds: 25 },
  fanOut: { clients: 1000, prices: 200, idleMs: 6000 },
  packagesClients: [100, 1000],
  redisCommands: 50_000,
  schedulerEvents: [500, 2000, 10_000],
  schedulerPosts: [5, 20, 100],
  schedulerEventsTogether: 50_000,
  growth: {
    fewClients: 100,
    manyClients: [
      { clients: 2000, rounds: 3 },
      { clients: 10_000, rounds: 1 },
    ],
  },
  memory: { fewClients: 100, manyClients: 1100 },
  longRunEvents: 10_000_000,
  seeds: 200,
  emptyRuns: 40,
};

/** Checks that the benchmark works. Its figures mean nothing. */
export const QUICK: Sizes = {
  rounds: 1,
  longRounds: 1,
  kernelActors: [10],
  kernelEvents: 1000,
  gatewayClients: [4],
  gatewayClientsTogether: 4,
  levels: { clients: 2, messages: 3, connections: 2, seeds: 1 },
  fanOut: { clients: 40, prices: 5, idleMs: 0 },
  packagesClients: [4],
  redisCommands: 1000,
  schedulerEvents: [500],
  schedulerPosts: [1],
  schedulerEventsTogether: 500,
  growth: { fewClients: 2, manyClients: [{ clients: 4, rounds: 1 }] },
  memory: { fewClients: 2, manyClients: 202 },
  longRunEvents: 0,
  seeds: 2,
  emptyRuns: 2,
};

export const DETECTION_FULL: DetectionSizes = { campaigns: 10, seedsMax: 200, jobs: availableParallelism() };
/** Without threads, which need a built simulator, so that tests can use it. */
export const DETECTION_QUICK: DetectionSizes = { campaigns: 2, seedsMax: 2, jobs: 0 };
