/**
 * WS-002, first half. Evidence: the simulator watches every Map and Set of the gateway.
 */
import type { Property } from '../../sim/index.ts';
import { nothing } from '../support/nothing.ts';

export const stableTables: Property = {
  id: 'stable-tables',
  risk: 'WS-002',
  kind: 'always',
  description: 'No table changes under an iteration that has not ended, across awaits too.',
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
    // The simulator watches all the time; what can be counted is a run that went by without a conflict.
    end: () => view.check(true, nothing),
  }),
};

function by(names: string | number | boolean): string {
  return names === '' ? '' : ` by ${String(names)}`;
}
