/**
 * Options for `vi.waitFor`: a loaded machine exceeds its default of 1 s. This limit is for a hung
 * test.
 */
export const PATIENT = { timeout: 240_000, interval: 10 } as const;
