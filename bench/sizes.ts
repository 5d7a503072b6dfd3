/** How much is measured. */
export interface Sizes {
  readonly rounds: number;
  /** Of what takes seconds. */
  readonly longRounds: number;
  readonly kernelActors: readonly number[];
  /** Of each measurement of the kernel and of the bare loop. */
  readonly kernelEvents: number;
  readonly gatewayClients: readonly number[];
  /** Clients of all runs of one measurement together. */
  readonly gatewayClientsTogether: number;
  readonly packagesClients: readonly number[];
  /** Of each run; a multiple of the actors. */
  readonly schedulerEvents: readonly number[];
  /** Of each visitor of a room, in each run. */
  readonly schedulerPosts: readonly number[];
  /** Events of all runs of one measurement together. */
  readonly schedulerEventsTogether: number;
  readonly growth: {
    readonly fewClients: number;
    readonly manyClients: readonly { readonly clients: number; readonly rounds: number }[];
  };
  readonly memory: { readonly fewClients: number; readonly manyClients: number };
  /** None at all when 0. */
  readonly longRunEvents: number;
  /** Of each measurement, small ones and default ones. */
  readonly seeds: number;
  /** Runs with nearly nothing in them, of each measurement. */
  readonly emptyRuns: number;
}

export const FULL: Sizes = {
  rounds: 5,
  longRounds: 3,
  kernelActors: [100, 1000, 10_000],
  kernelEvents: 300_000,
  gatewayClients: [100, 1000],
  gatewayClientsTogether: 500,
  packagesClients: [100, 1000],
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

/** Shows that it works, and measures nothing worth knowing. */
export const QUICK: Sizes = {
  rounds: 1,
  longRounds: 1,
  kernelActors: [10],
  kernelEvents: 1000,
  gatewayClients: [4],
  gatewayClientsTogether: 4,
  packagesClients: [4],
  schedulerEvents: [500],
  schedulerPosts: [1],
  schedulerEventsTogether: 500,
  growth: { fewClients: 2, manyClients: [{ clients: 4, rounds: 1 }] },
  memory: { fewClients: 2, manyClients: 202 },
  longRunEvents: 0,
  seeds: 2,
  emptyRuns: 2,
};
