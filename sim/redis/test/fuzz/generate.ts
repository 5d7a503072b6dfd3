/** Generates cases: the same seed and index give the same case. */
import type { Seed } from '../../../kernel/seed.ts';
import { CommandWriter } from './arguments.ts';
import { type Bytes, type Case, CLIENTS, type Step } from './case.ts';
import { drawSpec } from './draw-spec.ts';
import { Draw } from './draw.ts';
import { BLOCKING, type DataGroup, GROUPS, populate, TYPE_OF } from './groups.ts';
import { withoutHarm } from './harmless.ts';
import { blockingSteps, channelSteps, expirySteps } from './interleaved.ts';
import { largeSteps, scanSteps } from './scan-steps.ts';
import { scriptSteps } from './scripts.ts';
import { notificationSteps, settingSteps } from './server-settings.ts';
import { transactionSteps } from './transactions.ts';
import { COMMON_TYPES } from './values.ts';

interface Generator {
  readonly create: (draw: Draw) => Step[];
  readonly isInterleaved: boolean;
  /** How often its cases are generated, compared with others. */
  readonly weight: number;
}

/** Groups whose commands have more options than others. */
const WEIGHTS: ReadonlyMap<string, number> = new Map([
  ['strings', 8],
  ['keys', 10],
  ['zsets', 8],
  ['streams', 6],
]);

const dataGenerators = Object.keys(GROUPS).map((group): [string, Generator] => [
  group,
  { create: (draw) => dataSteps(group as DataGroup, draw), isInterleaved: false, weight: WEIGHTS.get(group) ?? 4 },
]);

const GENERATORS: ReadonlyMap<string, Generator> = new Map<string, Generator>([
  ...dataGenerators,
  ['lua', { create: scriptSteps, isInterleaved: false, weight: 10 }],
  ['transactions', { create: (draw) => transactionSteps(draw, 1), isInterleaved: false, weight: 3 }],
  ['watch', { create: (draw) => transactionSteps(draw, CLIENTS), isInterleaved: true, weight: 2 }],
  ['blocking', { create: blockingSteps, isInterleaved: true, weight: 3 }],
  ['pubsub', { create: channelSteps, isInterleaved: true, weight: 1 }],
  ['settings', { create: settingSteps, isInterleaved: false, weight: 2 }],
  ['notifications', { create: notificationSteps, isInterleaved: true, weight: 4 }],
  ['large', { create: largeSteps, isInterleaved: false, weight: 1 }],
  ['scans', { create: scanSteps, isInterleaved: false, weight: 1 }],
  ['expiry', { create: (draw) => expirySteps(draw, writerOf(draw)), isInterleaved: false, weight: 1 }],
]);

export const CASE_GROUPS: readonly string[] = [...GENERATORS.keys()];

/** The commands of COMMAND DOCS that the cases of some groups consist of. */
export function commandsOf(groups: readonly string[]): readonly string[] {
  return groups.flatMap((group) => [
    ...(Object.hasOwn(GROUPS, group) ? GROUPS[group as DataGroup] : []),
    ...(group === 'blocking' ? BLOCKING : []),
  ]);
}

/** Generates the case with an index, of one of `groups`. */
export function generateCase(seed: Seed, index: number, groups: readonly string[] = CASE_GROUPS): Case {
  const draw = new Draw(seed, String(index));
  const group = draw.pick(groups.flatMap((name) => Array<string>(GENERATORS.get(name)?.weight ?? 0).fill(name)));
  const generator = GENERATORS.get(group);
  if (generator === undefined) throw new Error(`unknown groups ${groups.join(', ')}`);
  const protocol = draw.pick([2, 2, 3] as const);
  return { group, protocol, isInterleaved: generator.isInterleaved, steps: generator.create(draw) };
}

function dataSteps(group: DataGroup, draw: Draw): Step[] {
  const type = TYPE_OF[group];
  const types = type === null ? draw.some(2, 4, () => draw.pick(COMMON_TYPES)) : [type, draw.pick(COMMON_TYPES)];
  const writer = writerOf(draw);
  const commands: Bytes[][] = types.flatMap((each) => populate(each, draw));
  const written = draw.some(4, 20, () => writer.write(drawSpec(GROUPS[group], draw)));
  return [...commands, ...written].map((words) => ({ client: 0, words: withoutHarm(words, false) }));
}

/** Some cases are ordinary, others awkward. */
function writerOf(draw: Draw): CommandWriter {
  const oddness = [
    { value: 0.02, shape: 0.01 },
    { value: 0.1, shape: 0.05 },
    { value: 0.3, shape: 0.15 },
  ];
  return new CommandWriter(draw, draw.pick(oddness));
}
