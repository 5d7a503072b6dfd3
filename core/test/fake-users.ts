import type { UserConnection, UserStore } from '../ports.ts';

/** Connections of users that the nodes of a test share. Fails while `isAway`. */
export class FakeUsers implements UserStore {
  isAway = false;
  /** By user and node. */
  readonly held = new Map<string, Map<string, readonly UserConnection[]>>();
  readonly alive = new Set<string>();
  readonly reports: { readonly user: string; readonly atMs: number }[] = [];
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  loseData(): void {
    this.held.clear();
    this.alive.clear();
  }

  beat(node: string): Promise<{ readonly timeMs: number; readonly isKnown: boolean }> {
    return this.#answer(() => {
      const isKnown = this.alive.has(node);
      this.alive.add(node);
      return { timeMs: this.#nowMs(), isKnown };
    });
  }

  leave(node: string): Promise<void> {
    return this.#answer(() => void this.alive.delete(node));
  }

  put(user: string, node: string, connections: readonly UserConnection[]): ReturnType<UserStore['put']> {
    return this.#answer(() => {
      const nodes = this.held.get(user) ?? new Map<string, readonly UserConnection[]>();
      if (connections.length === 0) nodes.delete(node);
      else nodes.set(node, connections);
      this.held.set(user, nodes);
      return new Map(nodes);
    });
  }

  living(nodes: readonly string[]): Promise<ReadonlySet<string>> {
    return this.#answer(() => new Set(nodes.filter((node) => this.alive.has(node))));
  }

  report(user: string, timeMs: number): Promise<void> {
    return this.#answer(() => void this.reports.push({ user, atMs: timeMs }));
  }

  reported(sinceMs: number): Promise<readonly string[]> {
    return this.#answer(() => this.reports.filter(({ atMs }) => atMs >= sinceMs).map(({ user }) => user));
  }

  #answer<Value>(answer: () => Value): Promise<Value> {
    return this.isAway ? Promise.reject(new Error('the store is away')) : Promise.resolve(answer());
  }
}
