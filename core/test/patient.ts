/** For `vi.waitFor`, whose usual limit of 1 s a loaded machine exceeds. This limit is for a test that hangs. */
export const PATIENT = { timeout: 240_000, interval: 10 } as const;
