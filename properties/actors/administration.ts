/** What administrators do, and clients with other roles try. */
import type { ActorContext } from '../../sim/index.ts';
import { isUnsafe } from '../support/comments.ts';
import { type ClientState, lacks, type ListedClient, numbered, type Operation } from './requests.ts';

export const status: Operation = (context) => numbered(context, { type: 'status' }, lacks(context.state, 'status'));

export const announce: Operation = (context, args) =>
  numbered(
    context,
    { type: 'announce', text: args['text'] },
    lacks(context.state, 'announce') || isUnsafe(String(args['text'])),
  );

export const listClients: Operation = (context) =>
  numbered(context, { type: 'clients', after: context.state.nextPage }, lacks(context.state, 'clients'));

/** Disconnects one of the clients of the last page, or names one that does not exist. */
export const disconnectOther: Operation = (context) => {
  const { connection = 'nothing' } = otherOf(context) ?? {};
  // The connection may have ended, or be its own.
  return numbered(context, { type: 'disconnect', connection }, true);
};

/** One of the clients of the last page, if it has any. */
function otherOf(context: ActorContext<ClientState>): ListedClient | undefined {
  const { listed } = context.state;
  return listed[Math.floor(context.fraction('other') * listed.length)];
}

/**
 * Revokes a token of one of these clients, or all of its tokens, or those of a client that may be
 * connected to another node.
 */
export const revokeOther: Operation = (context, args) => {
  const neighbour = `client-${Math.max(1, context.number + context.integer('neighbour', -3, 3))}`;
  const guess = { user: neighbour, token: `${neighbour}.${context.integer('nth', 1, 3)}` };
  const { user, token } = (context.fraction('listed') < 0.5 ? otherOf(context) : undefined) ?? guess;
  const subject = args['subject'] === 'user' ? 'user' : 'token';
  // The connection may be its own.
  return numbered(context, { type: 'revoke', subject, name: subject === 'user' ? user : token }, true);
};
