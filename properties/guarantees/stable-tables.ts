/**
 * WS-002, first half: a table changes during an iteration. The simulator watches every Map and Set
 * of the gateway.
 */
import type { Property } from '../../sim/index.ts';

export const stableTables: Property = {
  id: 'stable-tables',
  risk: 'WS-002',
  kind: 'always',
  description: 'No table changes during an iteration, also across awaits.',
  checker: (view) => ({
    observes: ['probe'],
    observe(record) {
      if (record.type !== 'probe' || record.name !== 'sim.table-conflict') return;
      const { table, change, iterating = '', changing = '' } = record.fields;
      view.check(false, () => ({
        subject: `${String(table)} ${String(change)}`,
        text: `a ${String(table)} of ${record.node} was changed (${String(change)}${by(changing)}) while it was being iterated${by(iterating)}`,
      }));
    },
    // The simulator reports only conflicts, so one check is counted for each run without any.
    end: () => view.check(true),
  }),
};

function by(names: string | number | boolean): string {
  return names === '' ? '' : ` by ${String(names)}`;
}
