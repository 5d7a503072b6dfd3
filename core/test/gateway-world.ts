import { memoryRates } from '../adapters/memory-rates.ts';
import { memoryRelay } from '../adapters/memory-relay.ts';
import { memoryRevocations } from '../adapters/memory-revocations.ts';
import { memoryUsers } from '../adapters/memory-users.ts';
import { tokenKey } from '../auth.ts';
import type { Role } from '../protocol.ts';
import type { Gateway } from '../gateway.ts';
import { createGateway } from '../gateway.ts';
import type { Limits } from '../limits.ts';
import { limits } from '../limits.ts';
import { signToken } from '../sign-token.ts';
import type { AuditEntry, GatewayPorts } from '../ports.ts';
import { FakeFeed } from './fake-feed.ts';
import { FakeSocket } from './fake-socket.ts';
import { FakeStore } from './fake-store.ts';
import { ManualClock } from './manual-clock.ts';

export interface Note {
  /** The name of the note. Not `name`, since some notes have a field `name`. */
  readonly note: string;
  readonly [field: string]: string | number | boolean;
}

const key = tokenKey('a secret that only these tests use');
const issued = { issuer: 'tests', audience: 'prices' };

/** A gateway on fake ports that the test controls. */
export class GatewayWorld {
  readonly clock = new ManualClock();
  readonly store = new FakeStore();
  readonly feed = new FakeFeed();
  readonly notes: Note[] = [];
  readonly audit: AuditEntry[] = [];
  readonly alerts: { readonly name: string; readonly about: string; readonly text: string }[] = [];
  /** Counters that were incremented, with their labels. */
  readonly counted: string[] = [];
  readonly limits: Limits;
  readonly gateway: Gateway;
  #ids = 0;
  #tokens = 0;

  constructor(overrides: Partial<Limits> = {}, ports: Partial<GatewayPorts> = {}) {
    this.limits = limits(overrides);
    this.gateway = createGateway(
      {
        clock: this.clock,
        store: this.store,
        revocations: memoryRevocations,
        users: memoryUsers,
        rates: memoryRates,
        relay: memoryRelay,
        feed: this.feed,
        entropy: {
          // The node is not counted, so that the first connection is connection-1.
          id: (label) => (label === 'node' ? 'node-a' : `${label}-${String((this.#ids += 1))}`),
          fraction: () => 0,
        },
        probe: { note: (name, fields) => void this.notes.push({ ...fields, note: name }) },
        audit: { write: (entry) => void this.audit.push(entry) },
        alerts: { raise: (alert) => void this.alerts.push(alert) },
        metrics: { count: (name, label) => void this.counted.push(label === undefined ? name : `${name} ${label}`) },
        ...ports,
      },
      { limits: this.limits, tokenRules: { ...issued, keys: [key] }, nodeName: 'node-1' },
    );
  }

  token(role: Role = 'viewer', user = 'ada', ttlMs = 3_600_000, symbols?: readonly string[]): string {
    const issuedAtMs = this.clock.wallMs();
    const tokenId = `token-${String((this.#tokens += 1))}`;
    return signToken(key, { ...issued, tokenId, user, role, symbols, issuedAtMs, expiresAtMs: issuedAtMs + ttlMs });
  }

  connect(address?: string): FakeSocket {
    const socket = new FakeSocket(address);
    this.gateway.accept(socket);
    return socket;
  }

  /** Connects a client that is authenticated, subscribed and answers pings. Default: a new user. */
  enter(
    options: { readonly role?: Role; readonly user?: string; readonly symbols?: readonly string[] } = {},
  ): FakeSocket {
    const socket = this.connect();
    socket.isLively = true;
    const user = options.user ?? `user-${String(this.#ids)}`;
    socket.say({ type: 'authenticate', token: this.token(options.role, user) });
    for (const symbol of options.symbols ?? []) socket.say({ type: 'subscribe', id: 0, symbols: [symbol] });
    return socket;
  }

  notesOf(name: string): readonly Note[] {
    return this.notes.filter(({ note }) => note === name);
  }

  /** Labels of the tasks that were started and have not ended, sorted. */
  get runningTasks(): readonly string[] {
    const ended = new Set(this.notesOf('task.ended').map(({ task }) => task));
    return this.notesOf('task.started')
      .filter(({ task }) => !ended.has(task ?? ''))
      .map(({ label }) => String(label))
      .sort();
  }
}
