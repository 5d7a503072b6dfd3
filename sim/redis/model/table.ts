/**
 * All simulated commands, apart from those about connections, transactions, channels and scripts.
 */
import { COMBINED_SETS } from './combined-sets.ts';
import type { Command } from './command.ts';
import { CONFIGURATION } from './settings/configuration.ts';
import { EXPIRY } from './expiry.ts';
import { HASHES } from './hashes.ts';
import { KEYS } from './keys.ts';
import { LISTS } from './lists.ts';
import { BITS } from './bits/bits.ts';
import { COMMON_SUBSEQUENCE } from './bits/common-subsequence.ts';
import { DATABASES } from './generic/databases.ts';
import { FUNCTIONS } from './generic/functions.ts';
import { GEO } from './places/geo.ts';
import { HYPERLOGLOG } from './bits/hyperloglog.ts';
import { OBJECTS } from './generic/objects.ts';
import { SORTING } from './generic/sorting.ts';
import { SERVER } from './server-commands.ts';
import { SETS } from './sets.ts';
import { SORTED_SETS } from './sorted-sets.ts';
import { STREAM_CLAIMS } from './streams/stream-claims.ts';
import { STREAM_GROUPS } from './streams/stream-groups.ts';
import { STREAM_INFO } from './streams/stream-info.ts';
import { STREAM_READS } from './streams/stream-reads.ts';
import { STREAMS } from './streams/streams.ts';
import { STRINGS } from './strings.ts';

export const TABLE: ReadonlyMap<string, Command> = new Map(
  [
    ...[STRINGS, KEYS, EXPIRY, HASHES, LISTS, SETS, SORTED_SETS, COMBINED_SETS, SERVER],
    ...[STREAMS, STREAM_READS, STREAM_GROUPS, STREAM_CLAIMS, STREAM_INFO],
    ...[CONFIGURATION, BITS, COMMON_SUBSEQUENCE, DATABASES, FUNCTIONS, GEO, HYPERLOGLOG, OBJECTS, SORTING],
  ].flatMap((commands) => Object.entries(commands)),
);
