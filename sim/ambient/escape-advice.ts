/** What to do instead of calling something that is not simulated, for error texts. */

/** The code that called: of a node's process, or of the scenario, such as an actor. */
export type EscapedFrom = 'system' | 'scenario';

interface Advice {
  readonly way: RegExp;
  readonly instead: string;
  /** The page that explains it, in the package. */
  readonly page: string;
}

const OWN_GATEWAY = 'docs/your-own-gateway.md';
const NOT_CONTROLLED = `${OWN_GATEWAY}#know-what-is-not-controlled`;

const NETWORK = /^(fetch|WebSocket|EventSource|node:(http|https|http2|net|tls|dns|dgram|undici)\b)/;

const TLS: Advice = {
  way: /^an address of https or wss/,
  instead: 'use http: or ws:, as behind a proxy that ends TLS',
  page: `${OWN_GATEWAY}#use-client-libraries-in-actors`,
};

/** For code of any kind. */
const COMMON: readonly Advice[] = [
  {
    way: /^(Worker|MessageChannel|BroadcastChannel|Atomics|WebAssembly|node:(worker_threads|cluster|child_process)\b)/,
    instead: 'do the work on this thread',
    page: NOT_CONTROLLED,
  },
  {
    way: /^(crypto\.subtle|node:crypto webcrypto\.subtle)/,
    instead: 'use the synchronous functions of node:crypto',
    page: NOT_CONTROLLED,
  },
  {
    way: /^node:crypto (generate|create(DiffieHellman|ECDH)|checkPrime|publicEncrypt|ECDH|DiffieHellman)/,
    instead: 'use a fixed key from the configuration',
    page: NOT_CONTROLLED,
  },
  { way: /^node:(crypto|zlib) /, instead: 'use the synchronous function', page: NOT_CONTROLLED },
  {
    way: /^(node:module|require\.resolve|import\.meta\.resolve)/,
    instead: 'use a static import, so that the module becomes part of the bundle',
    page: NOT_CONTROLLED,
  },
];

const FOR_SYSTEMS: readonly Advice[] = [
  {
    way: /while being loaded$/,
    instead:
      'add the package to system.statefulPackages, so that each process evaluates it (for the system itself, remove system.stateless)',
    page: 'docs/own-scenario.md#declare-state-that-outlives-a-process',
  },
  {
    way: /^(the [gs]etter of )?(socket|server|request)\.|^WebSocketServer with/,
    instead: "run your main module as the system (system: './server.ts'), where ws and node:http are the real ones",
    page: `${OWN_GATEWAY}#point-it-at-your-main`,
  },
  {
    way: /^(the [gs]etter of )?node\.redis\(\)\./,
    instead: 'connect with ioredis itself: new Redis() leads to the simulated Redis',
    page: 'docs/redis.md#let-a-package-open-its-own-connection',
  },
  {
    way: /^Redis command /,
    instead: 'give the system a substitute for the command',
    page: 'docs/redis.md#check-which-commands-are-simulated',
  },
  {
    way: /^(the [gs]etter of )?node\.[a-z]/,
    instead: 'use a member of SimNode',
    page: 'docs/own-scenario.md#look-up-the-node',
  },
  {
    way: /^node:fs/,
    instead:
      "import the data (import x from './a.json' with { type: 'json' }), or pass it in through the scenario's configuration",
    page: 'docs/process.md#know-which-files-it-has',
  },
  TLS,
  {
    way: NETWORK,
    instead: 'use node.listen or node.redis, or replace the service by a stub that awaits node.failpoint',
    page: `${OWN_GATEWAY}#find-what-your-gateway-needs`,
  },
  {
    way: /^process\.(exit|abort|kill|reallyExit)/,
    instead: 'throw an error',
    page: 'docs/process.md#know-when-it-ends',
  },
  {
    way: /^node:(v8|perf_hooks)/,
    instead: 'let the system take the measurement as a parameter',
    page: 'docs/process.md#read-its-measurements',
  },
  ...COMMON,
];

const FOR_SCENARIOS: readonly Advice[] = [
  {
    way: /while being loaded$/,
    instead: 'call it within an operation: what actors import is loaded once, and belongs to no run',
    page: 'docs/scenario.md',
  },
  {
    way: /^(the [gs]etter of )?client socket\./,
    instead: 'use what browsers have, such as addEventListener or onmessage',
    page: 'docs/scenario.md',
  },
  TLS,
  {
    way: NETWORK,
    instead:
      'let the actor use connect(), which opens a WebSocket to a node; fetch and client libraries reach a system that is a main module',
    page: `${OWN_GATEWAY}#use-client-libraries-in-actors`,
  },
  {
    way: /^node:fs/,
    instead: "import the data (import x from './a.json' with { type: 'json' })",
    page: 'docs/scenario.md',
  },
  {
    way: /^process\.(exit|abort|kill|reallyExit)/,
    instead: "let the operation return { outcome: 'fail' }",
    page: 'docs/scenario.md',
  },
  ...COMMON,
];

const OTHERWISE: Readonly<Record<EscapedFrom, Omit<Advice, 'way'>>> = {
  system: { instead: 'let the system take it as a parameter', page: OWN_GATEWAY },
  scenario: { instead: 'use what the context of an operation has', page: 'docs/scenario.md' },
};

/** Packages that other packages use to find their native addons. */
const ADDON_LOADER = /node_modules\/(bindings|node-gyp-build|@mapbox\/node-pre-gyp|prebuildify|file-uri-to-path)\//;

const ADDON = {
  instead: 'replace this native addon by a stub: addons are not loaded under simulation',
  page: NOT_CONTROLLED,
};

/** `file`: the source file that called `way`, if known. */
export function insteadOf(way: string, from: EscapedFrom = 'system', file = ''): string {
  const known = from === 'system' ? FOR_SYSTEMS : FOR_SCENARIOS;
  const advice = ADDON_LOADER.test(file) ? ADDON : (known.find((one) => one.way.test(way)) ?? OTHERWISE[from]);
  return `${advice.instead} (${advice.page})`;
}

/** All pages that advice names, for a test. */
export function advisedPages(): readonly string[] {
  const all = [...FOR_SYSTEMS, ...FOR_SCENARIOS, ...Object.values(OTHERWISE), ADDON];
  return [...new Set(all.map(({ page }) => page))];
}
