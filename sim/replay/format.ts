/**
 * A replay as formatted JSON that is easy to read and to diff: each cohort, operation and fault is
 * on one line.
 */
import { REPLAY_FORMAT, REPLAY_VERSION, type Replay } from './replay-document.ts';

/** Keys of lists whose items take one line each. */
const ONE_LINE_ITEMS = new Set(['cohorts', 'operations', 'faults']);

export function formatReplay(replay: Replay): string {
  const { id, scenario, variant, codeHash, node, plan, choices, stepsMax, expected, digest, violation, savedWith } =
    replay;
  const { statefulPackages, formerIds, state } = replay;
  const { seed, ...rest } = plan;
  const file = {
    format: REPLAY_FORMAT,
    version: REPLAY_VERSION,
    id,
    formerIds,
    scenario,
    variant,
    state,
    expected,
    violation,
    seed,
    plan: rest,
    choices,
    stepsMax,
    statefulPackages,
    digest,
    codeHash,
    node,
    savedWith,
  };
  return `${block(file, '', '')}\n`;
}

function block(value: unknown, name: string, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    const lines = value.map((item) => inner + (ONE_LINE_ITEMS.has(name) ? line(item) : block(item, '', inner)));
    return `[\n${lines.join(',\n')}\n${indent}]`;
  }
  const entries = presentEntries(value);
  if (entries.length === 0) return '{}';
  const lines = entries.map(([key, item]) => `${inner}${JSON.stringify(key)}: ${block(item, key, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function line(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(line).join(', ')}]`;
  const entries = presentEntries(value).map(([key, item]) => `${JSON.stringify(key)}: ${line(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

/** As in `JSON.stringify`, a property that is undefined is left out. */
function presentEntries(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, item]) => item !== undefined);
}
