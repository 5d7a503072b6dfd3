/** A connection without a valid token receives nothing but the refusal. */
import type { Property } from 'seedstorm';

export const tokenRequired: Property = {
  id: 'token-required',
  kind: 'always',
  description: 'An intruder is refused with 401 and receives no frame.',
  marks: ['an intruder was refused'],
  checker: ({ check, mark }) => ({
    observes: ['http', 'frame'],
    observe: (record) => {
      if ((record.type !== 'http' && record.type !== 'frame') || !record.client.startsWith('intruder-')) return;
      if (record.direction !== 'down' || record.phase !== 'delivered') return;
      const isRefusal = record.type === 'http' && record.status === 401;
      check(isRefusal, () => ({ subject: 'let in', text: `${record.client} received more than a refusal` }));
      mark('an intruder was refused');
    },
  }),
};
