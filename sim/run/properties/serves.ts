/**
 * A ready-made property: with nothing wrong, the system serves. The outcomes `fail` and `unknown`
 * are judged, not only counted.
 *
 * Evidence. An operation is judged if it sent something to a node, which makes it a request, on
 * healthy connections only, while nothing was wrong. In detail:
 * - From `quietMs` before it begins until it ends, no fault of the plan is in effect or has an
 *   effect, and every node runs and is ready.
 * - The node has begun to listen: a main module may do that seconds after it was evaluated.
 * - A healthy connection is open, neither end has begun to close it, its client reads, and no fault
 *   of the network began while it existed. Such a fault may have left it half open.
 * - The actor does nothing else at the same time: what it sends could belong to either operation.
 *
 * An operation that sends nothing, such as one that fails because the actor is not connected, says
 * nothing about the system.
 */
import type {
  FaultRecord,
  FrameRecord,
  HttpRecord,
  NodeRecord,
  OperationRecord,
  RunRecord,
} from '../../kernel/record.ts';
import { splitActor } from '../../plan/plan.ts';
import { FAULT_KINDS } from '../../world/faults/catalogue.ts';
import type { Checker, CheckerView, Property } from '../property.ts';
import type { PropertyOptions } from './create-property.ts';

export interface ServesOptions extends PropertyOptions {
  /** `serves` by default. */
  readonly id?: string;
  /** Virtual time within which an operation ends `ok`; 10 s by default. */
  readonly withinMs?: number;
  /**
   * Virtual time after a fault in which the system may still recover; 5 s by default. Choose more
   * than your clients of Redis and your users need to reconnect.
   */
  readonly quietMs?: number;
  /**
   * Operations whose outcome is right although it is not `ok`, such as a bid that is too low.
   * Called with the record of the end, which has `name`, `phase` and `detail`; with that of the
   * begin for an operation that has not ended in time.
   */
  readonly ignore?: (operation: OperationRecord) => boolean;
}

const WITHIN_MS = 10_000;
const QUIET_MS = 5000;

/** On healthy connections, with no fault near, every operation ends `ok` in time. */
export function serves(options: ServesOptions = {}): Property {
  const { id = 'serves', withinMs = WITHIN_MS, risk, judgedWithinSeeds } = options;
  const { description = `With no fault near, every operation ends ok within ${withinMs / 1000} s.` } = options;
  const checker = (view: CheckerView) => new ServiceChecker(view, { withinMs, quietMs: QUIET_MS, ...options });
  return { id, description, risk, judgedWithinSeeds, kind: 'always', checker };
}

/** An operation that has begun with nothing wrong. */
interface Pending {
  readonly begin: OperationRecord;
  hasSent: boolean;
}

interface Connection {
  readonly client: string;
  isHealthy: boolean;
}

class ServiceChecker implements Checker {
  readonly observes = ['operation', 'frame', 'http', 'fault', 'node'] as const;
  readonly #view: CheckerView;
  readonly #withinMs: number;
  readonly #quietMs: number;
  readonly #ignore: NonNullable<ServesOptions['ignore']>;
  /** By id, in the order in which they began. */
  readonly #pending = new Map<string, Pending>();
  /** Ids of the operations of each actor that have not ended, judged or not. */
  readonly #underWay = new Map<string, Set<string>>();
  readonly #connections = new Map<string, Connection>();
  /** Ids of faults in effect, with the group of each. */
  readonly #faults = new Map<string, string>();
  readonly #nodesNotReady = new Set<string>();
  #quietFromMs = 0;
  /** Nodes start for the first time without a fault. */
  #wasDisturbed = false;

  constructor(view: CheckerView, options: ServesOptions & { withinMs: number; quietMs: number }) {
    this.#view = view;
    this.#withinMs = options.withinMs;
    this.#quietMs = options.quietMs;
    this.#ignore = options.ignore ?? (() => false);
  }

  observe(record: RunRecord): void {
    if (record.type === 'frame') this.#frame(record);
    else if (record.type === 'http') this.#http(record);
    else if (record.type === 'operation') this.#operation(record);
    else if (record.type === 'fault') this.#fault(record);
    else if (record.type === 'node') this.#node(record);
  }

  quiescent(): void {
    for (const { begin, hasSent } of this.#pending.values()) {
      const dueAtMs = begin.atMs + this.#withinMs;
      // All have the same limit, so the first to begin is the first to be late.
      if (dueAtMs > this.#view.nowMs) return;
      this.#pending.delete(begin.id);
      if (hasSent) this.#judge(begin, false, `has not ended by ${dueAtMs} ms`);
    }
  }

  #operation(record: OperationRecord): void {
    const { id, actor, phase, detail } = record;
    if (phase === 'begin') {
      this.#begin(record);
      return;
    }
    this.#underWay.get(actor)?.delete(id);
    const pending = this.#pending.get(id);
    if (pending === undefined) return;
    this.#pending.delete(id);
    if (!pending.hasSent) return;
    const tookMs = record.atMs - pending.begin.atMs;
    const outcome = detail === '' ? phase : `${phase}: ${detail}`;
    if (tookMs > this.#withinMs) this.#judge(record, false, `ended ${outcome}, after ${tookMs} ms`, pending);
    else this.#judge(record, phase === 'ok', `ended ${outcome}`, pending);
  }

  #begin(record: OperationRecord): void {
    const { id, actor } = record;
    const own = this.#underWay.get(actor) ?? new Set();
    this.#underWay.set(actor, own);
    for (const other of own) this.#pending.delete(other);
    if (own.size === 0 && this.#isQuiet) this.#pending.set(id, { begin: record, hasSent: false });
    own.add(id);
  }

  #judge(record: OperationRecord, isOk: boolean, end: string, { begin } = { begin: record }): void {
    if (!isOk && this.#ignore(record)) return;
    this.#view.check(isOk, () => {
      const { actor, name, id, atMs } = begin;
      return {
        subject: `${splitActor(actor).kind} ${name}`,
        text: `${actor} ${name} (${id}), begun at ${atMs} ms with no fault near, ${end}`,
      };
    });
  }

  get #isQuiet(): boolean {
    return this.#faults.size === 0 && this.#nodesNotReady.size === 0 && this.#view.nowMs >= this.#quietFromMs;
  }

  #frame({ link, client, node, direction, kind, phase }: FrameRecord): void {
    if (direction === 'up' && kind === 'open' && phase === 'sent') this.#open(link, client);
    const connection = this.#connections.get(link);
    if (kind === 'close') {
      if (phase === 'down' && direction === 'down') this.#connections.delete(link);
      else if (connection !== undefined) connection.isHealthy = false;
    } else if (direction === 'up' && phase === 'sent' && kind !== 'ping' && kind !== 'pong') {
      this.#sent(client, link, node);
    }
  }

  #http({ link, client, node, direction, phase }: HttpRecord): void {
    if (direction !== 'up' || phase !== 'sent') return;
    if (!this.#connections.has(link)) this.#open(link, client);
    this.#sent(client, link, node);
  }

  #open(link: string, client: string): void {
    const isHealthy = ![...this.#faults.values()].includes('network');
    this.#connections.set(link, { client, isHealthy });
  }

  #sent(client: string, link: string, node: string): void {
    const isConnected = this.#connections.get(link)?.isHealthy === true && this.#isRead(link);
    const isHealthy = isConnected && this.#view.ledger.hasListened(node);
    for (const id of this.#underWay.get(client) ?? []) {
      const pending = this.#pending.get(id);
      if (pending === undefined) continue;
      if (isHealthy) pending.hasSent = true;
      else this.#pending.delete(id);
    }
  }

  /** An operation may also be sent by a client that reads nothing, and so sees no answer. */
  #isRead(link: string): boolean {
    return this.#view.ledger.connection(link)?.isRead !== false;
  }

  #fault({ id, kind, phase }: FaultRecord): void {
    const known = FAULT_KINDS.get(kind);
    // The phases of a run have records of this type. Actors leave once it has settled.
    if (known === undefined) {
      if (kind === 'settled') this.#pending.clear();
      return;
    }
    if (phase === 'ended') this.#faults.delete(id);
    else if (phase === 'begun' && known.end !== undefined) this.#faults.set(id, known.group);
    if (known.group === 'network') for (const connection of this.#connections.values()) connection.isHealthy = false;
    this.#disturb();
  }

  #node({ node, phase }: NodeRecord): void {
    if (phase === 'ready') this.#nodesNotReady.delete(node);
    else this.#nodesNotReady.add(node);
    if (phase !== 'started' && phase !== 'ready') this.#disturb();
    else if (this.#wasDisturbed) this.#disturb();
  }

  #disturb(): void {
    this.#wasDisturbed = true;
    this.#pending.clear();
    this.#quietFromMs = this.#view.nowMs + this.#quietMs;
  }
}
