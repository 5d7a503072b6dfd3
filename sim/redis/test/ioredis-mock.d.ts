declare module 'ioredis-mock' {
  /** Commands are methods. */
  export default class RedisMock {
    constructor(options: { host: string; port: number });
  }
}
