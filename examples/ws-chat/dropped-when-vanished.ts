/**
 * What the heartbeat is for: a client that vanishes leaves no open connection. When the system has
 * settled, two heartbeats have passed, so the server has noticed.
 */
import type { Property } from 'seedstorm';

export const droppedWhenVanished: Property = {
  id: 'dropped-when-vanished',
  kind: 'eventually',
  description: 'Two heartbeats after a client has vanished, no node holds its connection.',
  // One seed in ten has the fault.
  judgedWithinSeeds: 100,
  marks: ['a client vanished'],
  checker: ({ ledger, check, mark }) => {
    const accepted = new Set<string>();
    const vanished = new Set<string>();
    return {
      observes: ['fault', 'frame'],
      observe: (record) => {
        if (record.type === 'frame' && record.kind === 'open' && record.direction === 'down') accepted.add(record.link);
        if (record.type !== 'fault' || record.kind !== 'half-open' || record.phase !== 'hit') return;
        // Without a handshake there is no heartbeat: `headersTimeout` of node:http closes it later.
        if (!accepted.has(record.detail)) return;
        vanished.add(record.detail);
        mark('a client vanished');
      },
      quiescent: () => {
        if (vanished.size === 0) return;
        for (const { link, node, atNode } of ledger.connections())
          check(atNode !== 'open' || !vanished.has(link), () => ({
            subject: 'open connection',
            text: `${node} still holds ${link}, whose client has vanished`,
          }));
      },
    };
  },
};
