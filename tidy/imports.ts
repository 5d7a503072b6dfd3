/** Checks which files may import which, and that imports form no cycle. */
import { type Finding, type Import, type SourceFile, importsOf, isTest } from './source.ts';

/** The rooms that each room may import, besides itself. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  core: [],
  sim: [],
  tidy: [],
  properties: ['core', 'sim'],
  bench: ['core', 'sim', 'properties'],
  docs: ['core', 'sim', 'properties', 'bench', 'tidy'],
};

/** The vocabulary of core: every file may import it, and it imports nothing else of core. */
const CORE_SHARED = new Set(['ports', 'limits', 'closings', 'errors', 'protocol'].map((name) => `core/${name}.ts`));
/**
 * The parts of core: only composers import them. A file that is neither a part nor an adapter (a
 * token bucket, a pause between attempts) is a tool. The rule also holds for tools, so no part is
 * imported indirectly through one.
 */
const CORE_PARTS = new Set(
  ['auth', 'registry', 'streams', 'supervisor', 'sweeper', 'sanitiser', 'audit', 'persistence'].map(
    (part) => `core/${part}.ts`,
  ),
);
const CORE_COMPOSERS = new Set(['core/gateway.ts', 'core/server.ts', 'core/token.ts', 'core/index.ts']);
const CORE_TRANSPORTS = new Set(['ws', 'ioredis']);
const isAdapter = (file: string): boolean => file.startsWith('core/adapters/');

/** The folders of sim in order: each may import those before it. */
const SIM_ORDER = [
  'kernel',
  'system',
  'network',
  'redis',
  'ambient',
  'world',
  'load',
  'plan',
  'run',
  'search',
  'replay',
  'report',
  'project',
  'page',
  'api',
  'cli',
  'bridge',
];
/**
 * Folders that import less than the order allows: the parts of the world are independent of each
 * other.
 */
const SIM_NARROWER: Readonly<Record<string, readonly string[]>> = {
  network: ['kernel', 'system'],
  redis: ['kernel', 'system'],
  ambient: ['kernel', 'system'],
  load: ['kernel', 'system', 'ambient'],
};
/** Only these load code. A run receives what was loaded. */
const SIM_LOADERS = ['project', 'api', 'cli'];

const simFolder = (file: string): string | null => (file.split('/').length > 2 ? (file.split('/')[1] ?? null) : null);

/** Files that readers copy out of the package. */
const COPIED = /^(?:examples|docs\/(?:app|leak|main|ticker|typed))\//;

function roomRule(from: string, { target, isPackage }: Import): string | null {
  const isCopied = COPIED.test(from);
  // Tests are not in the package.
  if (isCopied && target.startsWith('sim/') && !from.endsWith('.test.ts'))
    return 'import the package by its name; readers copy this file';
  if (isPackage)
    return /^seedstorm(?:\/|$)/.test(target) && !isCopied
      ? 'import sources by their path; the package name is for its users'
      : null;
  const [room, other] = [from.split('/')[0] ?? '', target.split('/')[0] ?? ''];
  if (room === other || !(other in ROOMS) || !(room in ROOMS)) return null;
  return ROOMS[room]?.includes(other) ? null : `${room} must not import ${other}; declare what it needs as a port`;
}

function coreRule(from: string, { target, isPackage, typeOnly }: Import): string | null {
  if (typeOnly) return null;
  if (isPackage) {
    const isTransport = CORE_TRANSPORTS.has(target.split('/')[0] ?? '');
    return isTransport && !isAdapter(from) && from !== 'core/server.ts'
      ? `only core/adapters and core/server.ts import ${target}; take it through a port`
      : null;
  }
  if (CORE_SHARED.has(from))
    return CORE_SHARED.has(target) ? null : `a file that every file may import must not import ${target}`;
  if (CORE_COMPOSERS.has(from) || !target.startsWith('core/')) return null;
  if (CORE_PARTS.has(target) || CORE_COMPOSERS.has(target)) {
    return `only composers import ${target}; let gateway.ts pass it in, or import its type`;
  }
  return isAdapter(target) && !isAdapter(from) ? `only core/server.ts imports ${target}; take it through a port` : null;
}

function simRule(from: string, { target, isPackage }: Import): string | null {
  if (isPackage) return null;
  if (target === 'sim/index.ts') return 'sim/index.ts is for users; import the file itself';
  const [folder, other] = [simFolder(from), simFolder(target)];
  if (folder === null || folder === other) return null;
  if (other === null) return `files directly in sim are for users (${target}); move it to the folder it belongs to`;
  if (!SIM_ORDER.includes(folder) || !SIM_ORDER.includes(other))
    return `sim/${SIM_ORDER.includes(folder) ? other : folder} is missing in the order of imports; add it in tidy/imports.ts`;
  const narrower = SIM_NARROWER[folder];
  if (narrower !== undefined && !narrower.includes(other))
    return `${folder} imports only ${narrower.join(', ')}; declare what it needs of ${other} as an interface`;
  if (other === 'load' && !SIM_LOADERS.includes(folder)) return `only ${SIM_LOADERS.join(', ')} import load`;
  return SIM_ORDER.indexOf(other) < SIM_ORDER.indexOf(folder)
    ? null
    : `${folder} does not import ${other}; imports go leftwards: ${SIM_ORDER.join(' <- ')}`;
}

/**
 * The rules within a room. Tests keep to the order of rooms only: a test may import any file
 * of the same room.
 */
function insideRule(from: string, item: Import): string | null {
  if (isTest(from)) return null;
  if (isTest(item.target)) return 'only tests import tests and their helpers';
  if (from.startsWith('core/')) return coreRule(from, item);
  return from.startsWith('sim/') ? simRule(from, item) : null;
}

export function checkDirection(files: readonly SourceFile[]): Finding[] {
  return files.flatMap((file) =>
    importsOf(file).flatMap((item) => {
      const what = roomRule(file.path, item) ?? insideRule(file.path, item);
      return what === null ? [] : [{ path: file.path, line: item.line, what }];
    }),
  );
}

/** Import cycles, type imports included. Each is reported once, at the file that closes it. */
export function checkCycles(files: readonly SourceFile[]): Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const done = new Set<string>();
  const findings: Finding[] = [];
  const visit = (file: SourceFile, path: readonly string[]): void => {
    const here = [...path, file.path];
    for (const { target, line } of importsOf(file)) {
      const next = byPath.get(target);
      if (next === undefined) continue;
      const start = here.indexOf(target);
      if (start >= 0) {
        const cycle = [...here.slice(start), target].join(' -> ');
        findings.push({ path: file.path, line, what: `break the import cycle ${cycle}` });
      } else if (!done.has(target)) visit(next, here);
    }
    done.add(file.path);
  };
  for (const file of files) if (!done.has(file.path)) visit(file, []);
  return findings;
}
