import { type CommandSpec, SPECS } from './arguments.ts';
import type { Draw } from './draw.ts';

/** The description of one of `names`, which all exist. */
export function drawSpec(names: readonly string[], draw: Draw): CommandSpec {
  const name = draw.pick(names);
  const spec = SPECS.get(name);
  if (spec === undefined) throw new Error(`unknown command ${name} in a group`);
  return spec;
}
