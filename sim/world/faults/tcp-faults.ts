/**
 * Faults below WebSocket and HTTP: of TCP connections to ports that processes open themselves, from
 * clients and from other nodes. The models are in network/tcp: message-faults.ts for open
 * connections, connect-faults.ts for attempts to connect.
 */
import type { FaultKind } from './fault-kind.ts';
import { reasonOf } from './reason.ts';
import { windowFault } from './window-fault.ts';

const ON_TCP = { aims: 'node', group: 'network', durationMsMax: 6000, needsPort: true } as const;

export const TCP_FAULTS = [
  windowFault({
    ...ON_TCP,
    kind: 'segmentation',
    effect:
      'Messages on the TCP connections of a node arrive in unusual segments: byte by byte at their start and end, ' +
      'the head apart from the body, in eight pieces, or late and together with the messages behind them.',
    never: 'No byte is lost, changed or reordered.',
  }),
  windowFault({
    ...ON_TCP,
    kind: 'reset-in-message',
    effect:
      'A TCP connection of a node is reset within a message, at any byte. The bytes before that place arrive. ' +
      'Then each end fails with ECONNRESET, in its own time.',
    never: 'No byte behind that place arrives.',
  }),
  windowFault({
    ...ON_TCP,
    kind: 'end-in-message',
    effect:
      'A proxy closes a TCP connection of a node within a message, at any byte. The bytes before that place arrive. ' +
      'Then each end receives the end of the stream. What it still sends is answered by a reset.',
    never: 'Neither end receives an error before it sends something.',
  }),
  windowFault({
    ...ON_TCP,
    kind: 'connect-refused',
    effect: "New connections to a node's ports are refused (ECONNREFUSED), as by a firewall.",
    never: 'Open connections are not touched, and no connection within a machine is refused.',
  }),
  windowFault({
    ...ON_TCP,
    kind: 'connect-unanswered',
    effect:
      "Attempts to connect to a node's ports get no answer, as when a firewall drops them or the queue of the port " +
      'is full. The dialling system tries again after 1 s, 5 times, then less often, and gives up after 131 s ' +
      '(ETIMEDOUT).',
    never: 'Open connections are not touched. No attempt is refused.',
  }),
  {
    ...ON_TCP,
    kind: 'late-listen',
    group: 'node',
    effect:
      "A node's process dies and starts again at once, but its ports refuse connections until the fault ends. " +
      'Its timers and its Redis connections work before that.',
    never: 'No `finally` block runs, and no memory survives.',
    begin: (world, fault) => {
      const node = world.nodes.get(fault.target);
      // A node that is down comes back when the fault ends that took it down.
      if (node?.crash(reasonOf(fault)) !== true) return;
      world.hit(fault, node.name);
      world.faults.open(fault);
      node.start();
    },
    end: (world, fault) => world.faults.close(fault),
  },
] as const satisfies readonly FaultKind[];
