/**
 * A small plan as text: one line for the operations of each actor, one for each fault.
 */
import { expandIfPossible } from '../plan/expand.ts';
import type { Scripts } from '../plan/script.ts';
import type { Fault, Operation, Plan } from '../plan/plan.ts';
import { printable } from '../kernel/printable.ts';
import { counted } from './numbers.ts';

const LINES_MAX = 8;
const LINE_LENGTH = 160;

export function planLines(plan: Plan, scripts: Scripts): string[] {
  const byActor = new Map<string, Operation[]>();
  for (const operation of expandIfPossible(plan, scripts) ?? []) {
    const own = byActor.get(operation.actor);
    if (own === undefined) byActor.set(operation.actor, [operation]);
    else own.push(operation);
  }
  const lines = [...[...byActor].map(([actor, own]) => actorLine(actor, own)), ...plan.faults.map(faultLine)];
  const shown = lines.slice(0, LINES_MAX).map((line) => `     ${printable(line, LINE_LENGTH)}`);
  const left = lines.length - shown.length;
  return [
    `  plan ${plan.seed}, ${counted(plan.nodes, 'node')}, heal at ${seconds(plan.chaosMs)} s`,
    ...shown,
    ...(left === 0 ? [] : [`     and ${left} more`]),
  ];
}

function actorLine(actor: string, operations: readonly Operation[]): string {
  const texts = [...operations]
    .sort((left, right) => left.atMs - right.atMs)
    .map(({ atMs, name, arguments: values }) => {
      const argumentsText = Object.keys(values).length === 0 ? '' : ` ${JSON.stringify(values)}`;
      return `${seconds(atMs)} ${name}${argumentsText}`;
    });
  return `${actor}  ${texts.join(', ')}`;
}

function faultLine({ kind, target, atMs, durationMs, connection }: Fault): string {
  const where = connection === undefined ? '' : `, ${connection} only`;
  const aim = `${target === '*' ? '' : ` on ${target}`}${where}`;
  return `⚡ ${seconds(atMs)} ${kind}${aim}${durationMs === 0 ? '' : ` for ${seconds(durationMs)} s`}`;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}
