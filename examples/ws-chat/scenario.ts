/**
 * The chat server of server.ts, as it is deployed: two nodes, each with its own process. Redis
 * answers late, but loses nothing: its pub/sub delivers at most once.
 */
import { defineScenario, noWarnings, serves } from 'seedstorm';
import { allPresentHear } from './all-present-hear.ts';
import { droppedWhenVanished } from './dropped-when-vanished.ts';
import { intruder, JWT_SECRET, member } from './member.ts';
import { tokenRequired } from './token-required.ts';

export default defineScenario({
  name: 'ws-chat',
  system: { entry: './server.ts', env: { JWT_SECRET } },
  actors: { member, intruder },
  operationsMax: 10,
  faultsMax: 6,
  faults: [
    'latency',
    'connection-loss',
    'reconnect-storm',
    'half-open',
    'client-stall',
    'slow-reader',
    'partition',
    'partition-one-way',
    'segmentation',
    'reset-in-message',
    'end-in-message',
    'connect-refused',
    'connect-unanswered',
    'redis-slow-reply',
    'node-crash',
    'deploy',
    'node-stall',
    'timers-late',
    'clock-skew',
    'clock-jump',
  ],
  // Two heartbeats of 30 s, and the time for a closing handshake.
  settleMs: 65_000,
  // Intruders are refused.
  properties: [
    allPresentHear,
    droppedWhenVanished,
    tokenRequired,
    serves({ ignore: ({ name }) => name === 'intrude' }),
    noWarnings(),
  ],
  variants: [
    {
      // Each member adds a listener that stays.
      id: 'listener-per-member',
      expected: 'no-warnings',
      edits: [
        {
          file: './server.ts',
          within: 'join',
          find: 'const members =',
          put: "subscriber.on('error', (error) => console.error(user, error.message));\n  const members =",
        },
      ],
    },
    {
      // Only the first member of a room learns that it has joined.
      id: 'joined-once',
      expected: 'serves',
      edits: [
        {
          file: './server.ts',
          within: 'join',
          find: "socket.send(JSON.stringify({ type: 'joined', room, user }));",
          put: "if (members.size === 1) socket.send(JSON.stringify({ type: 'joined', room, user }));",
        },
      ],
    },
    {
      // As first written. ioredis loses a subscription that is made during its ready check.
      id: 'ready-check',
      expected: allPresentHear.id,
      edits: [{ file: './server.ts', find: ', { enableReadyCheck: false }', put: '' }],
    },
    {
      // The first member that leaves takes the room with it, for all members on the same node.
      id: 'unsubscribes-with-members',
      expected: allPresentHear.id,
      edits: [{ file: './server.ts', within: 'join', find: 'if (members.size > 0) return;', put: '' }],
    },
    {
      // The members on the same node hear the sender directly, and again through Redis.
      id: 'sent-twice',
      expected: allPresentHear.id,
      edits: [
        {
          file: './server.ts',
          within: 'join',
          find: 'publisher.publish(',
          put: 'for (const member of members) member.send(message);\n    publisher.publish(',
        },
      ],
    },
    {
      // The server sends pings and does not check for the answers.
      id: 'pings-only',
      expected: droppedWhenVanished.id,
      edits: [
        {
          file: './server.ts',
          find: 'if (alive.delete(socket)) socket.ping();',
          put: 'if (alive.has(socket)) socket.ping();',
        },
      ],
    },
    {
      // jsonwebtoken's `decode` reads a token without checking its signature.
      id: 'token-not-verified',
      expected: tokenRequired.id,
      edits: [
        {
          file: './server.ts',
          within: 'authenticate',
          find: "const { sub } = jwt.verify(searchParams.get('token') ?? '', JWT_SECRET, { algorithms: ['HS256'] });",
          put: "const { sub } = jwt.decode(searchParams.get('token') ?? '') ?? {};",
        },
      ],
    },
  ],
});
