/**
 * Node's own modules for code under simulation. Modules that only compute are passed through.
 * Modules that use time, random values or the process are replaced. All others can be read and
 * extended, but throw when called.
 */
import { builtinModules, createRequire } from 'node:module';
import type { AmbientHost } from '../../system/image.ts';
import type { AsyncContextUse } from '../timers.ts';
import type { SimulatedGlobals } from '../globals.ts';
import { createClusterModule } from './cluster.ts';
import { createAsyncHooksModule } from './async-hooks.ts';
import { createCryptoModule } from './crypto-module.ts';
import { createDnsModule, createDnsPromisesModule } from './dns.ts';
import { createFsModule, createFsPromisesModule, createOutput } from './fs.ts';
import type { FileSystem } from '../files/file-system.ts';
import { createFs } from '../files/fs-module.ts';
import { moduleProxy, refusingModule, type ModuleExports } from './module-proxy.ts';
import { isBuiltin } from './names.ts';
import { createHttpsModule } from './https.ts';
import { createHttp } from '../net/http-module.ts';
import { createNet, type SimulatedNet } from '../net/net-module.ts';
import { createOsModule } from './os.ts';
import { createPathModule, createUrlModule } from './path.ts';
import { createPerfHooksModule } from './perf-hooks.ts';
import { createV8Module } from './v8.ts';
import { createCompressionStreams } from '../zlib/compression-streams.ts';
import { createZlibModule } from '../zlib/zlib-module.ts';
import { ofProcess, registerModules } from './process-modules.ts';
import { createNamespaces, type Namespaces } from './namespaces.ts';

export type Require = (specifier: string) => unknown;

export interface Builtins {
  readonly require: Require;
  /** The namespace that an `import` of the module gets. */
  readonly namespace: Require;
}

const requireReal = createRequire(import.meta.url);

/** Modules that only compute, or wait only for their arguments. */
const PURE: ReadonlySet<string> = new Set([
  'assert',
  'assert/strict',
  'buffer',
  'constants',
  'diagnostics_channel',
  'events',
  'path/win32',
  'punycode',
  'querystring',
  'stream',
  'stream/consumers',
  'stream/promises',
  'string_decoder',
  'sys',
  'util',
  'util/types',
]);

/** Modules replaced by ordinary objects. All others are proxies, which are their own namespaces. */
const WHOLE: ReadonlySet<string> = new Set([
  'timers',
  'timers/promises',
  'process',
  'console',
  'stream/web',
  'path',
  'path/posix',
  'url',
  'test',
]);

interface BuiltinsOptions {
  readonly host: AmbientHost;
  readonly globals: SimulatedGlobals;
  readonly asyncContext: AsyncContextUse;
  /** The `require` that `createRequire` returns. */
  readonly requireOwn: Require;
  /** The files that a main module reads; null for other systems. */
  readonly files?: FileSystem | null | undefined;
  /** Namespaces of the modules that all processes share. */
  readonly namespaces: Namespaces;
}

/** Node's own modules for one process. Each is made on first use. */
export function createBuiltins(options: BuiltinsOptions): Builtins {
  const { host, globals } = options;
  const made = new Map<string, unknown>();
  const namespaces = createNamespaces();
  let simulatedNet: SimulatedNet | null = null;

  function net(): SimulatedNet {
    simulatedNet ??= createNet(host, globals.guard);
    return simulatedNet;
  }

  function require(specifier: string): unknown {
    const name = bareName(specifier);
    if (!made.has(name))
      made.set(name, PURE.has(name) ? real(name) : ofProcess(name, host, replacement(name, options, net)));
    return made.get(name);
  }

  function namespace(specifier: string): unknown {
    const name = bareName(specifier);
    if (PURE.has(name)) return options.namespaces.of(`node:${name}`, require);
    return WHOLE.has(name) ? namespaces.of(name, require) : require(name);
  }

  registerModules(host, require);
  return { require, namespace };
}

function bareName(specifier: string): string {
  return specifier.startsWith('node:') ? specifier.slice('node:'.length) : specifier;
}

function real(name: string): ModuleExports {
  return requireReal(`node:${name}`) as ModuleExports;
}

function replacement(
  name: string,
  { host, globals, asyncContext, requireOwn, files = null }: BuiltinsOptions,
  net: () => SimulatedNet,
): unknown {
  const { guard, timers } = globals;
  switch (name) {
    case 'timers':
      return { ...timers };
    case 'timers/promises':
      return timers.promises;
    case 'process':
    case 'console':
      return globals.get(name);
    case 'crypto':
      return createCryptoModule(host, guard, globals.get('crypto'));
    case 'perf_hooks':
      return createPerfHooksModule(host, guard, real(name), globals.get('performance'));
    case 'v8':
      return createV8Module(host, guard, real(name));
    case 'path':
      return createPathModule(host);
    case 'path/posix':
      return requireOwn('path');
    case 'url':
      return createUrlModule(host, real(name));
    case 'os':
      return createOsModule(host, guard, real(name));
    case 'dns':
      return createDnsModule(host, guard, real(name), () => net().stack('node:dns lookup'));
    case 'dns/promises':
      return createDnsPromisesModule(guard, real(name), () => net().stack('node:dns lookup'));
    case 'fs':
      return files === null
        ? createFsModule(host, guard, real(name))
        : createFs({ files, host, guard, real: real(name), output: createOutput(host, guard) });
    case 'fs/promises':
      return files === null
        ? createFsPromisesModule(guard, real(name))
        : (requireOwn('fs') as ModuleExports)['promises'];
    case 'net':
      return net().module;
    case 'zlib':
      return createZlibModule(host, guard, real(name), asyncContext);
    case 'stream/web':
      return { ...real(name), ...createCompressionStreams(requireOwn('zlib') as ModuleExports) };
    case 'async_hooks':
      return createAsyncHooksModule(guard, real(name), asyncContext);
    case 'http':
      return createHttp(host, guard, net());
    case 'https':
      return createHttpsModule(guard, real(name));
    case 'worker_threads': {
      // The same in every thread, so that runs do not depend on the thread.
      const replaced = { isMainThread: true, threadId: 0, parentPort: null, workerData: null, resourceLimits: {} };
      return moduleProxy('node:worker_threads', real(name), guard, replaced, ['SHARE_ENV', 'markAsUncloneable']);
    }
    case 'cluster':
      return createClusterModule(guard, real(name));
    case 'tty':
      return moduleProxy('node:tty', real(name), guard, { isatty: () => false }, []);
    case 'module': {
      const replaced = { createRequire: () => requireOwn, isBuiltin, builtinModules: [...builtinModules] };
      return moduleProxy('node:module', real(name), guard, replaced, []);
    }
    default:
      return refusingModule(`node:${name}`, real(name), guard);
  }
}
