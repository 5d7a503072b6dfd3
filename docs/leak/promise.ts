/** The promise: what a node says of its table, against the connections that it really has. */
import type { Property } from 'seedstorm';

export const nobodyKept: Property = {
  id: 'nobody-kept',
  risk: 'leak',
  kind: 'always',
  description: 'When everybody has left, a node keeps no more visitors than connections.',
  checker: ({ ledger, check }) => {
    const sizes = new Map<string, number>();
    return {
      observes: ['node', 'probe'],
      observe: (record) => {
        // The table of a process goes with it.
        if (record.type === 'node' && record.phase === 'started') sizes.set(record.node, 0);
        else if (record.type === 'probe' && record.name === 'visitors')
          sizes.set(record.node, Number(record.fields['size']));
      },
      end: () => {
        for (const node of ledger.nodes()) {
          const kept = sizes.get(node) ?? 0;
          const held = ledger.connections().filter((one) => one.node === node && one.atNode !== 'gone').length;
          check(kept <= held, () => ({
            subject: 'visitors',
            text: `${node} keeps ${kept} visitors for ${held} connections`,
          }));
        }
      },
    };
  },
};
