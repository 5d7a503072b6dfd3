/**
 * The gateway, composed for simulation: the same parts and adapters as in production, on a
 * simulated node.
 */
import { recordedFeed, recordedPrices } from '../core/adapters/recorded-feed.ts';
import { redisRates } from '../core/adapters/redis-rates.ts';
import { redisRelay } from '../core/adapters/redis-relay.ts';
import { redisRevocations } from '../core/adapters/redis-revocations.ts';
import { redisStore } from '../core/adapters/redis-store.ts';
import { redisUsers } from '../core/adapters/redis-users.ts';
import { wsSocket } from '../core/adapters/ws-socket.ts';
import { tokenOf } from '../core/access.ts';
import { type Identity, tokenRules } from '../core/auth.ts';
import { statusOf } from '../core/closings.ts';
import { createGateway } from '../core/gateway.ts';
import { limits } from '../core/limits.ts';
import { subprotocol } from '../core/protocol.ts';
import type { Audit, Alerts, Clock, Entropy, Metrics, PriceFeed, Probe } from '../core/ports.ts';
import type { RunningSystem, ServerSocket, SimNode, StartSystem, UpgradeRequest } from '../sim/index.ts';
import type { GatewayConfiguration } from './configuration.ts';
import { feedOverRedis } from './support/feed-over-redis.ts';

const silentAudit = { write: () => undefined } satisfies Audit;
const silentAlerts = { raise: () => undefined } satisfies Alerts;
const silentMetrics = { count: () => undefined } satisfies Metrics;

/** A feed that faults can delay or fail, because a source of prices is an external system. */
function breakable(node: SimNode, feed: PriceFeed): PriceFeed {
  return {
    symbols: feed.symbols,
    async *prices(symbol, signal) {
      await node.failpoint(`feed:${symbol}`);
      for await (const price of feed.prices(symbol, signal)) {
        await node.failpoint(`feed:${symbol}`);
        yield price;
      }
    },
  };
}

export const start: StartSystem<GatewayConfiguration> = (node): RunningSystem => {
  const { configuration } = node;
  const table = limits(configuration.limits);
  const clock = node.clock satisfies Clock;
  const redis = node.redis({ commandTimeout: configuration.commandTimeoutMs });
  const store = redisStore(redis);
  const notices = node.redis({ commandTimeout: configuration.commandTimeoutMs, autoResubscribe: false });
  const relay = redisRelay({
    client: notices,
    publisher: redis,
    clock,
    limits: table,
    name: node.entropy.id('relay'),
  });
  const overRedis =
    node.entropy.fraction('feed') < configuration.feedOverRedisShare ? feedOverRedis(node, configuration, table) : null;
  const epoch = node.entropy.id('epoch');
  const feed = overRedis?.feed ?? recordedFeed(clock, recordedPrices, configuration.priceEveryMs, epoch);
  const gateway = createGateway(
    {
      clock,
      entropy: node.entropy satisfies Entropy,
      probe: node.probe satisfies Probe,
      store,
      revocations: redisRevocations(redis, notices),
      users: redisUsers(redis),
      rates: redisRates(redis),
      relay,
      feed: breakable(node, feed),
      audit: silentAudit,
      alerts: silentAlerts,
      metrics: silentMetrics,
    },
    {
      tokenRules: tokenRules(configuration.tokens.secrets, configuration.tokens),
      nodeName: node.name,
      limits: table,
    },
  );
  const identities = new WeakMap<object, Identity>();
  let isStopping = false;
  const server = node.webSocketServer({
    protocols: [subprotocol],
    closeTimeout: table.closeWithinMs,
    verifyClient: ({ req }, decided) => {
      // As in the server, before it looks at a token.
      if (isStopping) {
        decided(false, 503);
        return;
      }
      const token = tokenOf(req.headers);
      const identity = token === null ? null : gateway.identify(token, req.socket.remoteAddress);
      if (typeof identity === 'string') decided(false, statusOf(identity));
      else {
        if (identity !== null) identities.set(req, identity);
        decided(true);
      }
    },
  });
  server.on('connection', (socket: ServerSocket, request: UpgradeRequest) =>
    gateway.accept(wsSocket(socket, request.socket.remoteAddress), identities.get(request)),
  );
  return {
    stop: async () => {
      isStopping = true;
      await gateway.stop();
      relay.close();
      notices.disconnect();
      overRedis?.close();
    },
  };
};
