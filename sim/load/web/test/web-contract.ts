/** The contract of `fetch`, `WebSocket` and what belongs to them. */
import type { NetEntry } from '../../../world/test/net/entry.ts';
import { FETCH_ANSWERS } from './fetch-answers.ts';
import { FETCH_REQUESTS } from './fetch-requests.ts';
import { script } from './web-prelude.ts';
import { WEB_SOCKETS } from './web-sockets.ts';

export const WEB_CONTRACT: readonly NetEntry[] = [...FETCH_REQUESTS, ...FETCH_ANSWERS, ...WEB_SOCKETS].map(
  ([title, text]) => [title, script(text)],
);
