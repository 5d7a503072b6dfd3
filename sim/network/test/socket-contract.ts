/**
 * What the simulated sockets share with `ws` on a real network. Each entry does something and
 * returns the outcome, which must be the same on both targets.
 */
import { SOCKET_BREAKS } from './socket-breaks.ts';
import { SOCKET_CLOSING } from './socket-closing.ts';
import { SOCKET_DELAYS } from './socket-delays.ts';
import { SOCKET_FRAMES } from './socket-frames.ts';
import { SOCKET_REQUESTS } from './socket-requests.ts';
import { SOCKET_SERVERS } from './socket-servers.ts';
import { SOCKET_SHAPE } from './socket-shape.ts';
import type { SocketEntry } from './socket-target.ts';

export const SOCKET_CONTRACT: readonly SocketEntry[] = [
  ...SOCKET_FRAMES,
  ...SOCKET_CLOSING,
  ...SOCKET_BREAKS,
  ...SOCKET_DELAYS,
  ...SOCKET_SHAPE,
  ...SOCKET_REQUESTS,
  ...SOCKET_SERVERS,
];
