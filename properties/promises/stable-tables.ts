/**
 * WS-002, first half. Evidence: the simulator watches every Map and Set of the gateway.
 */
import type { Property } from '../../sim/index.ts';

export const stableTables: Property = {
  id: 'stable-tables',
  risk: 'WS-002',
  kind: 'always',
  promise: 'No table changes under an iteration that has not ended, across awaits too.',
  judge: (view) => ({
    observe(record) {
      if (record.type !== 'probe') return;
      // Where the gateway speaks, it has worked with its tables.
      if (record.name !== 'sim.table-conflict') {
        view.check(true, nothing);
        return;
      }
      const { table, change, iterating = '', changing = '' } = record.fields;
      view.check(false, () => ({
        about: `${String(table)} ${String(change)}`,
        text: `a ${String(table)} of ${record.node} was changed (${String(change)}${by(changing)}) while it was being iterated${by(iterating)}`,
      }));
    },
  }),
};

function by(names: string | number | boolean): string {
  return names === '' ? '' : ` by ${String(names)}`;
}

function nothing(): never {
  throw new Error('a check that holds finds nothing');
}
