/**
 * Clients see that the gateway serves them. Evidence: outcomes of the clients' operations, of which
 * the clients know which ones the gateway has to refuse.
 */
import { serves } from '../../sim/index.ts';
import { isRefusedRightly } from '../actors/requests.ts';

/** While nothing is wrong, a frame takes much less, and the gateway answers requests at once. */
const WITHIN_MS = 2000;

export const served = serves({
  id: 'serves',
  withinMs: WITHIN_MS,
  ignore: isRefusedRightly,
  description: `With no fault near, each valid request has its answer within ${WITHIN_MS / 1000} s.`,
});
