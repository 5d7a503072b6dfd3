/** The gateway as a process: `npm start`. The only place that composes it for production. */
import { pathToFileURL } from 'node:url';
import type { Logger } from 'pino';
import { addressOf, isOriginAllowed, tokenOf } from './access.ts';
import { createLogger, pinoAlerts, pinoAudit, pinoProbe } from './adapters/pino-records.ts';
import { memoryRates } from './adapters/memory-rates.ts';
import { memoryRevocations } from './adapters/memory-revocations.ts';
import { memoryRelay } from './adapters/memory-relay.ts';
import { memoryStore } from './adapters/memory-store.ts';
import { memoryUsers } from './adapters/memory-users.ts';
import { pageFiles } from './adapters/page-files.ts';
import { prometheusMetrics } from './adapters/prometheus.ts';
import { publishedFeed } from './adapters/published-feed.ts';
import { recordedFeed, recordedPrices } from './adapters/recorded-feed.ts';
import { redisClient } from './adapters/redis-client.ts';
import { redisFeed } from './adapters/redis-feed.ts';
import { redisRates } from './adapters/redis-rates.ts';
import { redisRelay } from './adapters/redis-relay.ts';
import { redisRevocations } from './adapters/redis-revocations.ts';
import { redisStore } from './adapters/redis-store.ts';
import { redisUsers } from './adapters/redis-users.ts';
import { systemClock } from './adapters/system-clock.ts';
import { systemEntropy } from './adapters/system-entropy.ts';
import { jsonPage, listen } from './adapters/ws-server.ts';
import { tokenRules } from './auth.ts';
import type { Environment } from './environment.ts';
import { readEnvironment, settings } from './environment.ts';
import { withFlags } from './flags.ts';
import type { GatewayCounts } from './gateway.ts';
import { createGateway } from './gateway.ts';
import { statusOf } from './closings.ts';
import type { PriceFeed } from './ports.ts';
import { subprotocol } from './protocol.ts';
import { settingsHelp } from './settings-help.ts';
import { signalListener } from './signals.ts';
import { stopLimit } from './stop-limit.ts';

export interface ServeOptions {
  readonly environment: Environment;
  readonly logger: Logger;
}

export interface RunningServer {
  readonly port: number;
  counts(): GatewayCounts;
  /**
   * Answers upgrades with 503, closes all connections with 1012 over `drainOverMs`, stops listening
   * and releases all resources. Takes at most `stopWithinMs`. Idempotent.
   */
  stop(): Promise<void>;
}

// Time for clients to answer the closing handshake, if the stop has as much left.
const closeGraceMs = 2_000;

// Gateways that read published prices send `stale` after this number of intervals without one.
const missedPricesMax = 3;

/** Starts a gateway that listens. Rejects if it cannot listen. */
export async function serve({ environment, logger }: ServeOptions): Promise<RunningServer> {
  const { HOST, PORT, REDIS_URL, FEED, PUBLISH_PRICES, SYMBOLS, PRICE_INTERVAL_MS, NODE_NAME } = environment;
  const { tokens, access, limits } = environment;
  const onRedisError = (error: Error): void => {
    logger.warn({ reason: error.message }, 'no connection to Redis');
  };
  const connect = (): ReturnType<typeof redisClient> | null =>
    REDIS_URL === undefined ? null : redisClient(REDIS_URL, limits, onRedisError);

  const storeClient = connect();
  const store = storeClient === null ? memoryStore(systemClock) : redisStore(storeClient);
  const noticesClient = storeClient === null ? null : connect();
  const revocations =
    storeClient === null || noticesClient === null ? memoryRevocations : redisRevocations(storeClient, noticesClient);
  const users = storeClient === null ? memoryUsers : redisUsers(storeClient);
  const rates = storeClient === null ? memoryRates : redisRates(storeClient);
  const relayOverRedis =
    storeClient === null || noticesClient === null
      ? null
      : redisRelay({
          client: noticesClient,
          publisher: storeClient,
          clock: systemClock,
          limits,
          name: systemEntropy.id('relay'),
        });
  // Separate from `storeClient`: a subscribed client cannot run other commands.
  const feedClient = FEED === 'redis' ? connect() : null;
  const overRedis =
    feedClient === null || storeClient === null
      ? null
      : redisFeed({
          client: feedClient,
          publisher: storeClient,
          symbols: SYMBOLS ?? [],
          clock: systemClock,
          limits,
          name: systemEntropy.id('feed'),
        });
  const metrics = prometheusMetrics();
  const recorded = (owner?: string): PriceFeed =>
    recordedFeed(systemClock, recordedPrices, PRICE_INTERVAL_MS, systemEntropy.id('epoch'), owner);
  // Separate from `storeClient`, which keeps a silent connection: prices would pile up in it.
  const publishingClient = PUBLISH_PRICES ? connect() : null;
  const published =
    publishingClient === null
      ? null
      : publishedFeed({
          source: recorded('source'),
          client: publishingClient,
          nextWithinMs: missedPricesMax * PRICE_INTERVAL_MS,
          metrics,
        });
  const feed = overRedis ?? published ?? recorded();
  const gateway = createGateway(
    {
      clock: systemClock,
      entropy: systemEntropy,
      probe: pinoProbe(logger),
      audit: pinoAudit(logger),
      alerts: pinoAlerts(logger),
      metrics,
      store,
      revocations,
      users,
      rates,
      relay: relayOverRedis ?? memoryRelay,
      feed,
    },
    {
      limits,
      tokenRules: tokenRules(tokens.secrets, tokens),
      nodeName: NODE_NAME ?? systemEntropy.id('node'),
    },
  );

  const release = async (): Promise<void> => {
    await gateway.stop('restarting');
    await published?.close();
    publishingClient?.disconnect();
    overRedis?.close();
    relayOverRedis?.close();
    feedClient?.disconnect();
    noticesClient?.disconnect();
  };
  let stopping: Promise<void> | null = null;
  const server = await listen({
    host: HOST,
    port: PORT,
    path: '/stream',
    payloadMaxBytes: limits.payloadMaxBytes,
    closeWithinMs: limits.closeWithinMs,
    subprotocol,
    pages: {
      ...pageFiles,
      // A degraded gateway still serves. Removing it from the load balancer, or starting it again,
      // would only move its clients.
      '/healthz': () => jsonPage(200, { health: gateway.health(), ...gateway.counts() }),
      '/readyz': () => {
        const isReady = stopping === null && gateway.isReady();
        return jsonPage(isReady ? 200 : 503, { ready: isReady });
      },
      '/metrics': async () => ({
        status: 200,
        contentType: metrics.contentType,
        body: await metrics.text(gateway.measures()),
      }),
    },
    addressOf: (peer, headers) => addressOf(peer, headers, access),
    admit: (address, headers) => {
      if (!isOriginAllowed(headers, access)) return 403;
      if (!gateway.isReadyFor(address)) return 429;
      const token = tokenOf(headers);
      const identity = token === null ? null : gateway.identify(token, address);
      if (typeof identity === 'string') return statusOf(identity);
      return (socket) => gateway.accept(socket, identity);
    },
  }).catch(async (error: unknown) => {
    await release();
    throw error;
  });

  const stop = async (): Promise<void> => {
    const within = stopLimit(systemClock, limits);
    server.refuse();
    await release();
    await server.close(Math.min(closeGraceMs, within('sockets')));
  };
  return { port: server.port, counts: () => gateway.counts(), stop: () => (stopping ??= stop()) };
}

async function main(): Promise<void> {
  if (process.argv.includes('--help') || process.argv.includes('-h')) {
    console.log(settingsHelp());
    return;
  }
  const flags = withFlags(process.argv.slice(2), settings, process.env);
  const environment = 'problem' in flags ? flags : readEnvironment(flags.variables);
  if ('problem' in environment) {
    console.error(`seedstorm: ${environment.problem}`);
    process.exitCode = 2;
    return;
  }
  const logger = createLogger(environment.LOG_LEVEL);
  if (environment.isSecretKnown) logger.warn('JWT_SECRET is not set: tokens are signed with a public secret');
  try {
    const server = await serve({ environment, logger });
    logger.info({ host: environment.HOST, port: server.port }, 'listening');
    const onSignal = signalListener({
      clock: systemClock,
      stop: (signal) => {
        logger.info({ signal }, 'stopping');
        void server.stop().then(() => logger.info('stopped'));
      },
      exit: (code) => process.exit(code),
    });
    process.on('SIGTERM', onSignal);
    process.on('SIGINT', onSignal);
  } catch (error) {
    console.error(`seedstorm: cannot start: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

// Tests import this file; it starts a server only as the entry of a process.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) void main();
