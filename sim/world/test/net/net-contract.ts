/** The contract of `node:net`, `node:http` and `node:zlib`. */
import type { NetEntry } from './entry.ts';
import { NET_SERVERS } from './net-servers.ts';
import { HTTP_AGENTS } from './http-agents.ts';
import { HTTP_CLIENTS } from './http-clients.ts';
import { HTTP_FAULTS } from './http-faults.ts';
import { HTTP_MEMBERS } from './http-members.ts';
import { HTTP_SERVERS } from './http-servers.ts';
import { HTTP_SOCKETS } from './http-sockets.ts';
import { NET_ADDRESSES } from './net-addresses.ts';
import { NET_CONNECTS } from './net-connects.ts';
import { NET_ENDS } from './net-ends.ts';
import { NET_READS } from './net-reads.ts';
import { NET_WRITES } from './net-writes.ts';
import { ZLIB } from './zlib-streams.ts';

const NET = [...NET_SERVERS, ...NET_ENDS, ...NET_WRITES, ...NET_READS, ...NET_CONNECTS, ...NET_ADDRESSES];
const HTTP = [...HTTP_SERVERS, ...HTTP_FAULTS, ...HTTP_CLIENTS, ...HTTP_AGENTS, ...HTTP_SOCKETS, ...HTTP_MEMBERS];

export const NET_CONTRACT: readonly NetEntry[] = [...NET, ...HTTP, ...ZLIB];
