/** The whole contract of Redis, apart from faults and transcripts. */
import type { RedisFaultEntry } from './redis-fault-target.ts';
import { REDIS_FAULTS_CONTRACT } from './redis-faults.ts';
import { LIMITED_FAULTS_CONTRACT } from './redis-limited-faults.ts';
import { PERMANENT_FAULTS_CONTRACT } from './redis-permanent-faults.ts';
import { ARGUMENTS_CONTRACT } from './redis-contract-arguments.ts';
import { BLOCKING_CONTRACT } from './redis-contract-blocking.ts';
import { CLIENT_CONTRACT } from './redis-contract-clients.ts';
import { KILL_CONTRACT } from './redis-contract-kill.ts';
import { KEY_EVENTS_CONTRACT } from './redis-contract-key-events.ts';
import { MONITOR_CONTRACT } from './redis-contract-monitor.ts';
import { NOTIFICATIONS_CONTRACT } from './redis-contract-notifications.ts';
import { OPTIONS_CONTRACT } from './redis-contract-options.ts';
import { PAUSE_CONTRACT } from './redis-contract-pause.ts';
import { SCRIPTS_CONTRACT } from './redis-contract-scripts.ts';
import { SERVER_CONTRACT } from './redis-contract-server.ts';
import { SUBSCRIBERS_CONTRACT } from './redis-contract-subscribers.ts';
import { TRANSACTIONS_CONTRACT } from './redis-contract-transactions.ts';
import { WAITING_CONTRACT } from './redis-contract-waiting.ts';
import { REDIS_CONTRACT } from './redis-contract.ts';

export const WHOLE_CONTRACT = [
  ...REDIS_CONTRACT,
  ...ARGUMENTS_CONTRACT,
  ...BLOCKING_CONTRACT,
  ...CLIENT_CONTRACT,
  ...KEY_EVENTS_CONTRACT,
  ...KILL_CONTRACT,
  ...MONITOR_CONTRACT,
  ...NOTIFICATIONS_CONTRACT,
  ...OPTIONS_CONTRACT,
  ...PAUSE_CONTRACT,
  ...SCRIPTS_CONTRACT,
  ...SERVER_CONTRACT,
  ...SUBSCRIBERS_CONTRACT,
  ...TRANSACTIONS_CONTRACT,
  ...WAITING_CONTRACT,
];

export const WHOLE_FAULTS_CONTRACT: readonly RedisFaultEntry[] = [
  ...REDIS_FAULTS_CONTRACT,
  ...LIMITED_FAULTS_CONTRACT,
  ...PERMANENT_FAULTS_CONTRACT,
];
