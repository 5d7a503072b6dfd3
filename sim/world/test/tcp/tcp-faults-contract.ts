/** What faults of TCP do to `node:net` and `node:http`, on real sockets and on simulated ones. */
import { TCP_CONNECTS } from './tcp-connects.ts';
import type { TcpEntry } from './tcp-entry.ts';
import { TCP_MESSAGES } from './tcp-messages.ts';

export const TCP_FAULTS_CONTRACT: readonly TcpEntry[] = [...TCP_MESSAGES, ...TCP_CONNECTS];
