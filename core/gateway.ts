import { Administration } from './administration.ts';
import { AddressLimiter } from './address-limiter.ts';
import { Admission } from './admission.ts';
import { Alarm } from './alarm.ts';
import { AuditTrail } from './audit.ts';
import { type Identity, type TokenRules, authenticate, isAllowed } from './auth.ts';
import { AuthenticationLimiter } from './authentication-limiter.ts';
import type { Connection } from './connection.ts';
import { Conversation } from './conversation.ts';
import type { ClosingCode } from './closings.ts';
import { closings, type Farewell, farewellFor } from './closings.ts';
import { ClusterRates } from './cluster-rates.ts';
import { drain, drainTag } from './drain.ts';
import { closeCodeLabel, endSocket, ignoringListener } from './end-socket.ts';
import { FrameRates } from './frame-rates.ts';
import type { HealthState } from './health.ts';
import { Health } from './health.ts';
import type { Limits } from './limits.ts';
import { limits as defaultLimits } from './limits.ts';
import { Messages } from './messages.ts';
import { Outbox, type OutboxParts } from './outbox.ts';
import { Persistence } from './persistence.ts';
import type { ConnectionRow, GatewayPorts, Socket, SocketListener } from './ports.ts';
import type { StatusFrame } from './protocol.ts';
import { subprotocol } from './protocol.ts';
import { RateSync } from './rate-sync.ts';
import { Reconciler } from './reconciler.ts';
import type { TeardownStep } from './registry.ts';
import { Registry } from './registry.ts';
import { Replies } from './replies.ts';
import { RevocationSync } from './revocation-sync.ts';
import { Revocations } from './revocations.ts';
import { contentProblem } from './sanitiser.ts';
import { Streams } from './streams.ts';
import { stopLimit } from './stop-limit.ts';
import { Supervisor } from './supervisor.ts';
import { Sweeper } from './sweeper.ts';
import { UserSync } from './user-sync.ts';
import { withTimeout } from './with-timeout.ts';

export interface GatewayOptions {
  readonly tokenRules: TokenRules;
  /** Saved in each row, to tell gateways apart that share a store. */
  readonly nodeName: string;
  /** Default: the limits of limits.ts. */
  readonly limits?: Limits;
}

export type GatewayCounts = Omit<StatusFrame, 'type' | 'id' | 'health'>;

/** What an operator watches. */
export interface GatewayMeasures extends GatewayCounts {
  /** Bytes that clients have not read. */
  readonly outboxBytes: number;
  /** Lateness of the last sweep. */
  readonly eventLoopLagMs: number;
  readonly isDegraded: boolean;
  readonly isBreakerOpen: boolean;
}

export interface Gateway {
  /**
   * Serves a new connection. Never throws.
   *
   * @param identity of the token that came with the upgrade, or null: the first frame has one
   */
  accept(socket: Socket, identity?: Identity | null): void;
  /** The identity in a token that comes with an upgrade, or why it is refused. */
  identify(token: string, address: string): Identity | ClosingCode;
  /**
   * Refuses new connections, closes all others over `drainOverMs`, removes their rows, cancels all
   * tasks and closes the store. Resolves when that is done, and before `stopWithinMs` has passed.
   * Idempotent. The other ports stay open: their creator closes them.
   */
  stop(reason?: 'restarting' | 'going_away'): Promise<void>;
  health(): HealthState;
  counts(): GatewayCounts;
  measures(): GatewayMeasures;
  /** Whether a new connection would be accepted. */
  isReady(): boolean;
  /** Whether a new connection of this address would be accepted. */
  isReadyFor(address: string): boolean;
}

/** Creates a running gateway. It sweeps and reconciles until it is stopped. */
export function createGateway(ports: GatewayPorts, options: GatewayOptions): Gateway {
  const { clock, entropy, probe, store, feed, metrics } = ports;
  const limits = options.limits ?? defaultLimits();
  const audit = new AuditTrail(ports.audit);
  const alarm = new Alarm(ports.alerts, probe, audit);
  const health = new Health(probe);
  const supervisor = new Supervisor(probe, (tag, error) => {
    alarm.raise('task_failed', tag.label, error);
  });

  const steps: readonly TeardownStep[] = [
    { name: 'outbox', run: (connection) => connection.outbox.end() },
    { name: 'streams', run: (_connection, _farewell, symbols) => symbols.forEach((symbol) => streams.settle(symbol)) },
    { name: 'persistence', run: ({ id, identity }) => (identity === null ? undefined : persistence.drop(id)) },
    { name: 'users', run: ({ identity }) => (identity === null ? undefined : userSync.changed(identity.user)) },
    { name: 'addresses', run: ({ socket }) => addresses.closed(socket.remoteAddress) },
    { name: 'socket', run: ({ socket }, farewell) => endSocket(socket, farewell) },
    { name: 'audit', run: (connection, { code }) => audit.write('closed', connection, String(code)) },
    { name: 'metrics', run: (_connection, { code }) => metrics.count('closings', closeCodeLabel(code)) },
  ];
  const registry = new Registry({
    probe,
    steps,
    stepFailed: (step, _connection, error) => alarm.raise('teardown_incomplete', step, error),
  });
  const persistence = new Persistence({ clock, entropy, probe, store, limits, supervisor, alarm, health, metrics });
  const streams = new Streams({ clock, entropy, probe, feed, limits, supervisor, alarm, health, registry });
  const failures = new AuthenticationLimiter(limits);
  const addresses = new AddressLimiter(limits);
  const end = (connection: Connection, code: ClosingCode): void => {
    registry.close(connection, farewellFor(code));
  };
  const endById = (id: string, farewell: Farewell): void => {
    const connection = registry.find(id);
    if (connection !== undefined) registry.close(connection, farewell);
  };
  const rowOf = ({ id, identity, sinceMs }: Connection): ConnectionRow | null =>
    identity && { connection: id, node: options.nodeName, user: identity.user, role: identity.role, sinceMs };
  const counts = (): GatewayCounts => ({
    connections: registry.size,
    authenticated: registry.authenticatedCount,
    subscriptions: registry.subscriptionCount,
    streams: streams.size,
    tasks: supervisor.size,
    unsaved: persistence.unsavedCount,
  });
  const revocations = new Revocations({ clock, limits, registry, end, changed: () => revocationSync.wake() });
  const rounds = { clock, limits, alarm, health, metrics };
  const revocationSync = new RevocationSync({ ...rounds, entropy, store: ports.revocations, revocations });
  const node = entropy.id('node');
  const userSync = new UserSync({ ...rounds, node, store: ports.users, registry, end });
  const replies = new Replies({ clock, limits, metrics, end });
  const cluster = new ClusterRates({
    burst: limits.userFramesBurst,
    perSecond: limits.userFramesPerSecond,
    usersMax: 2 * limits.connectionsMax,
  });
  const rateSync = new RateSync({ ...rounds, store: ports.rates, rates: cluster, registry });
  const rates = new FrameRates({ limits, registry, cluster, audit, replies, end });
  const { symbols } = feed;
  const messaging = { clock, limits, metrics, supervisor, registry, replies, relay: ports.relay };
  const messages = new Messages({ ...messaging, symbols, contentProblem, node });
  const admission = new Admission({
    clock,
    limits,
    rates,
    authenticate: (token) => authenticate(token, options.tokenRules, limits, clock.wallMs()),
    isRevoked: (identity) => revocations.isRevoked(identity),
    registry,
    failures,
    audit,
    replies,
    streams,
    persist: (connection) => {
      const row = rowOf(connection);
      if (row !== null) persistence.keep(row);
    },
    users: {
      entered: (connection) => {
        userSync.entered(connection);
        if (connection.identity !== null) rateSync.entered(connection.identity.user);
      },
    },
    end,
  });
  const conversation = new Conversation({
    clock,
    limits,
    rates,
    isAllowed,
    symbols,
    registry,
    streams,
    admission,
    replies,
    messages,
    audit,
    alarm,
    status: () => ({ health: health.state, ...counts() }),
    administration: new Administration({ limits, registry, audit, end }),
    revocations,
    end,
  });

  const sweeper = new Sweeper({
    clock,
    probe,
    limits,
    registry,
    alsoSweep: (nowMs) => [failures, rates, addresses].forEach((buckets) => buckets.sweep(nowMs)),
    failed: (about, error) => alarm.raise('sweep_failed', about, error),
  });
  const reconciler = new Reconciler({
    clock,
    limits,
    persistence,
    livingRows: () => registry.living().flatMap((connection) => rowOf(connection) ?? []),
  });
  supervisor.spawn({ label: 'sweep', owner: 'gateway' }, (signal) => sweeper.run(signal));
  supervisor.spawn({ label: 'revocations', owner: 'gateway' }, (signal) => revocationSync.run(signal));
  supervisor.spawn({ label: 'users', owner: 'gateway' }, (signal) => userSync.run(signal));
  supervisor.spawn({ label: 'rates', owner: 'gateway' }, (signal) => rateSync.run(signal));
  supervisor.spawn({ label: 'reconcile', owner: 'persistence' }, (signal) => reconciler.run(signal));

  let stopped: Promise<void> | null = null;

  const refusalOf = ({ protocol, remoteAddress }: Socket): ClosingCode | null => {
    if (stopped !== null) return 'restarting';
    if (registry.size >= limits[closings.overloaded.most]) return 'overloaded';
    const refusal = addresses.refusalOf(remoteAddress, clock.monotonicMs());
    return refusal ?? (protocol === subprotocol ? null : 'unsupported_protocol');
  };

  const outbox: OutboxParts = {
    limits,
    clock,
    overflowed: (id) => endById(id, farewellFor('slow_consumer')),
    conflated: () => metrics.count('conflated_prices'),
    broken: (id) => endById(id, { code: 1006, reason: closings.internal.text, manner: 'close' }),
  };
  const listener: SocketListener<Connection> = {
    onMessage: (connection, text) => {
      // Authenticated connections received the announcement of the stop. No others join them.
      if (stopped !== null && connection.state === 'pending') end(connection, 'restarting');
      else conversation.receive(connection, text);
    },
    onBinary: (connection) => end(connection, 'binary'),
    onPong: (connection) => {
      connection.heardAtMs = clock.monotonicMs();
      connection.pingedAtMs = null;
    },
    onClose: (connection, code) => registry.close(connection, { code, reason: '', manner: 'gone' }),
  };
  const accept = (socket: Socket, identity: Identity | null = null): void => {
    const refusal = refusalOf(socket);
    if (refusal !== null) {
      socket.attach(ignoringListener, null);
      endSocket(socket, farewellFor(refusal));
      return;
    }
    const nowMs = clock.monotonicMs();
    const id = entropy.id('connection');
    const connection = registry.open({ id, socket, outbox: new Outbox(outbox, socket, id), openedAtMs: nowMs });
    addresses.opened(socket.remoteAddress, nowMs);
    audit.write('connected', connection);
    socket.attach(listener, connection);
    if (identity !== null) admission.admit(connection, identity);
  };

  const stop = async (reason: ClosingCode): Promise<void> => {
    const tag = { label: 'stop', owner: 'gateway' };
    const leave = (connection: Connection): void => end(connection, reason);
    // One limit for all steps: a store that does not answer would use up one for each.
    const within = stopLimit(clock, limits);
    const drained = supervisor.spawn(drainTag, (signal) => drain({ clock, limits, registry, end: leave }, signal));
    await withTimeout(clock, tag, within('drain'), drained.ended);
    registry.living().forEach(leave);
    const flushed = await withTimeout(clock, tag, within('flush'), persistence.flush());
    const ended = await withTimeout(clock, tag, within('tasks'), supervisor.shutdown());
    const closed = await withTimeout(clock, tag, within('store'), store.close());
    if (closed === 'late') store.drop();
    if (flushed === 'late' || ended === 'late') alarm.raise('stop_incomplete', options.nodeName);
  };

  return {
    accept,
    identify: (token, address) => admission.identify(token, address, upgrade, clock.monotonicMs()),
    stop: (reason = 'restarting') => (stopped ??= stop(reason)),
    health: () => health.state,
    counts,
    measures: () => ({
      ...counts(),
      outboxBytes: registry.living().reduce((bytes, { socket }) => bytes + socket.bufferedBytes, 0),
      eventLoopLagMs: sweeper.latenessMs,
      isDegraded: health.state === 'degraded',
      isBreakerOpen: persistence.isBreakerOpen,
    }),
    isReadyFor: (address) => addresses.refusalOf(address, clock.monotonicMs()) === null,
    isReady: () => stopped === null && registry.size < limits[closings.overloaded.most],
  };
}

/** In the audit: a request that has no connection yet. */
const upgrade = { id: 'upgrade', identity: null };
