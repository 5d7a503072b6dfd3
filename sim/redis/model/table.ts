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
import { GEO } from './places/geo.ts';
import { HYPERLOGLOG } from './bits/hyperloglog.ts';
import { OBJECTS } from './generic/objects.ts';
import { SORTING } from './generic/sorting.ts';
import { SERVER } from './server-commands.ts';
import { SETS } from './sets.ts';
import { SORTED_SETS } from './sorted-sets.ts';
import { STREAM_GROUPS } from './stream-groups.ts';
import { STREAMS } from './streams.ts';
import { STRINGS } from './strings.ts';

const ALL = [
  STRINGS,
  KEYS,
  EXPIRY,
  HASHES,
  LISTS,
  SETS,
  SORTED_SETS,
  COMBINED_SETS,
  STREAMS,
  STREAM_GROUPS,
  SERVER,
  CONFIGURATION,
  BITS,
  COMMON_SUBSEQUENCE,
  DATABASES,
  GEO,
  HYPERLOGLOG,
  OBJECTS,
  SORTING,
];

export const TABLE: ReadonlyMap<string, Command> = new Map(ALL.flatMap((commands) => Object.entries(commands)));
