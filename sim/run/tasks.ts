/**
 * Watches the supervised tasks of all nodes, which systems report by probes, and finds those that
 * exceed their stated time limit.
 */
import type { RunRecord } from '../kernel/record.ts';
import type { Stalled } from './run-verdict.ts';

interface Task {
  readonly node: string;
  readonly label: string;
  readonly startedAtMs: number;
  readonly endsWithinMs: number;
}

export class TaskWatch {
  readonly #open = new Map<string, Task>();

  observe(record: RunRecord): void {
    if (record.type === 'node' && record.phase !== 'ready') this.#forgetNode(record.node);
    if (record.type !== 'probe') return;
    const { node, fields, name } = record;
    if (name === 'task.ended') this.#open.delete(`${node} ${fields['task']}`);
    if (name !== 'task.started') return;
    const endsWithinMs = fields['endsWithinMs'];
    if (typeof endsWithinMs !== 'number') return;
    this.#open.set(`${node} ${fields['task']}`, {
      node,
      label: String(fields['label']),
      startedAtMs: record.atMs,
      endsWithinMs,
    });
  }

  /** The first task that exceeds its limit, counted from the heal at the earliest, or null. */
  firstOverdue(healAtMs: number, nowMs: number): Stalled | null {
    for (const { node, label, startedAtMs, endsWithinMs } of this.#open.values()) {
      if (Math.max(startedAtMs, healAtMs) + endsWithinMs <= nowMs)
        return { kind: `task ${label}`, text: `task ${label} of ${node}, begun at ${startedAtMs} ms,` };
    }
    return null;
  }

  #forgetNode(node: string): void {
    for (const [key, task] of this.#open) {
      if (task.node === node) this.#open.delete(key);
    }
  }
}
