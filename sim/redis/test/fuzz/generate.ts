/** Generates cases: the same seed and index give the same case. */
import type { Seed } from '../../../kernel/seed.ts';
import { CommandWriter, type CommandSpec, SPECS } from './arguments.ts';
import type { Bytes, Case, Step } from './case.ts';
import { Draw } from './draw.ts';
import { type DataGroup, GROUPS, populate, TYPE_OF } from './groups.ts';
import { withoutHarm } from './harmless.ts';
import { KEY_TYPES } from './values.ts';

const DATA_GROUPS = Object.keys(GROUPS) as DataGroup[];

export const CASE_GROUPS: readonly string[] = DATA_GROUPS;

/** Generates the case with an index, of one of `groups`. */
export function generateCase(seed: Seed, index: number, groups: readonly string[] = CASE_GROUPS): Case {
  const draw = new Draw(seed, String(index));
  const group = draw.pick(groups);
  const protocol = draw.pick([2, 2, 3] as const);
  return { group, protocol, isInterleaved: false, steps: dataSteps(group as DataGroup, draw) };
}

function dataSteps(group: DataGroup, draw: Draw): Step[] {
  const type = TYPE_OF[group];
  const types = type === null ? draw.some(2, 4, () => draw.pick(KEY_TYPES)) : [type, draw.pick(KEY_TYPES)];
  const writer = writerOf(draw);
  const commands: Bytes[][] = types.flatMap((each) => populate(each, draw));
  const written = draw.some(4, 20, () => writer.write(drawSpec(GROUPS[group], draw)));
  return [...commands, ...written].map((words) => ({ client: 0, words: withoutHarm(words, false) }));
}

/** Some cases are ordinary, others awkward. */
export function writerOf(draw: Draw): CommandWriter {
  return new CommandWriter(
    draw,
    draw.pick([
      { value: 0.02, shape: 0.01 },
      { value: 0.1, shape: 0.05 },
      { value: 0.3, shape: 0.15 },
    ]),
  );
}

export function drawSpec(names: readonly string[], draw: Draw): CommandSpec {
  return SPECS.get(draw.pick(names)) as CommandSpec;
}
