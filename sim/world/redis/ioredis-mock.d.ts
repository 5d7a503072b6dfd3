declare module 'ioredis-mock' {
  /** The part of ioredis-mock that the engine uses: commands as methods, and its data, read directly. */
  export default class RedisMock {
    constructor(options: { host: string; port: number });
    readonly data: {
      clear(): void;
      keys(): string[];
      get(key: string): unknown;
      has(key: string): boolean;
    };
    readonly expires: { clear(): void };
    shaScripts: Record<string, string>;
    readonly watching: Set<string>;
    dirty: boolean;
    [command: string]: unknown;
  }
}
