declare module 'ioredis-mock' {
  /** The part of ioredis-mock that the engine uses: commands as methods, and its data, read directly. */
  export default class RedisMock {
    constructor(options: { host: string; port: number });
    readonly data: {
      clear(): void;
      keys(): string[];
      get(key: string): unknown;
      has(key: string): boolean;
      set(key: string, value: unknown): void;
    };
    readonly expires: {
      clear(): void;
      has(key: string): boolean;
      get(key: string): number;
      set(key: string, atMs: number): void;
    };
    shaScripts: Record<string, string>;
    readonly watching: Set<string>;
    dirty: boolean;
    [command: string]: unknown;
  }
}
