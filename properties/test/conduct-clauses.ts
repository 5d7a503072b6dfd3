/** Clauses of `answered`, `serves` and `fair-endings`: requests, and the ends of connections. */
import { aloneClause as clause, type Clause, inCore } from './clause.ts';
import { rushAtThreeNodes } from './written-plans.ts';

const inConversation = (method: string, find: string, put: string) => [
  inCore('conversation.ts', `Conversation.${method}`, find, put),
];

const inAdmission = (method: string, find: string, put: string) => [
  inCore('admission.ts', `Admission.${method}`, find, put),
];

export const conductClauses: readonly Clause[] = [
  clause(
    'answered',
    'a valid token is not answered',
    'no authenticated',
    inAdmission('admit', 'if (replies.send(connection, answer)) persist(connection);', 'persist(connection);'),
  ),
  clause(
    'answered',
    'a subscription is not answered',
    'no subscribed',
    inConversation('#subscribe', "this.#send(connection, { type: 'subscribed', id, symbols });", ''),
  ),
  clause(
    'answered',
    'the end of a subscription is not answered',
    'no unsubscribed',
    inConversation('#unsubscribe', "this.#send(connection, { type: 'unsubscribed', id, symbols, reason: null });", ''),
  ),
  clause(
    'answered',
    'an administrator gets no status',
    'no status',
    inConversation('#answerPermitted', "this.#send(connection, { type: 'status', id, ...status() });", 'status();'),
  ),
  clause('answered', 'what is not permitted is dropped in silence', 'no error', [
    inCore('replies.ts', 'Replies.refuse', 'else this.send(connection, errorFrame(code, id));', ''),
  ]),
  clause('answered', 'comments go to one subscriber', 'no comment', [
    inCore(
      'messages.ts',
      'Messages.#deliver',
      'subscriber.outbox.send(comment);',
      '{ subscriber.outbox.send(comment); break; }',
    ),
  ]),
  clause(
    'serves',
    'a client that is not subscribed gets no answer to its unsubscribe',
    'client unsubscribe',
    inConversation(
      '#unsubscribe',
      'registry.unsubscribe(connection, symbol);',
      'if (!connection.subscriptions.has(symbol)) return;\n    registry.unsubscribe(connection, symbol);',
    ),
  ),
  clause(
    'serves',
    'a ping of a subscriber is not answered',
    'client ping',
    inConversation(
      '#answer',
      "this.#send(connection, { type: 'pong', id: frame.id });",
      "if (connection.subscriptions.size === 0) this.#send(connection, { type: 'pong', id: frame.id });",
    ),
  ),
  clause(
    'answered',
    'a text that is not JSON is ignored',
    'request not refused',
    inAdmission('authenticate', "end(connection, 'not_authenticated');", ''),
  ),
  clause(
    'answered',
    'an invalid frame is ignored',
    'no error',
    inConversation('#handle', "this.#refuse(connection, 'bad_frame', frame.id);", ';'),
  ),
  clause(
    'answered',
    'a refreshed token is not answered',
    'no refreshed',
    inAdmission('refresh', "replies.send(connection, { type: 'refreshed'", "void ({ type: 'refreshed'"),
  ),
  clause('answered', 'a token of another user refreshes a connection', 'no error', [
    inCore('registry.ts', 'Registry.refresh', ' || entry.identity?.user !== identity.user', ''),
  ]),
  clause(
    'answered',
    'a refreshed token keeps the role of the old one',
    ['no error', 'no subscribed'],
    [inCore('registry.ts', 'Registry.refresh', 'entry.identity = identity;', '')],
  ),
  clause(
    'answered',
    'a ping is not answered',
    'no pong',
    inConversation('#answer', "this.#send(connection, { type: 'pong', id: frame.id });", ''),
  ),
  clause('fair-endings', 'pongs are ignored', 'ended as silent', [
    inCore('adapters/ws-socket.ts', 'onPong', 'listener?.onPong(owner);', 'void [listener, owner];'),
  ]),
  clause('fair-endings', 'a connection that is pending is dropped in the next sweep', 'ended as pending', [
    inCore('sweeper.ts', 'Sweeper.#verdictOf', "=== 'pending' &&", "=== 'pending' ||"),
  ]),
  clause('frame-rates', 'the limit of frames is reached at once', 'ended as too fast', [
    inCore('frame-rates.ts', 'FrameRates.admit', '!connection.frames.take(nowMs)', 'connection.frames.take(nowMs)'),
  ]),
  clause('frame-rates', 'the rate of a user is not bounded', 'too many frames of a user', [
    inCore('frame-rates.ts', 'FrameRates.admitUser', 'this.#users.take(user, nowMs) &&', ''),
  ]),
  clause('frame-rates', 'the rate of a connection is not bounded', 'too many frames of a connection', [
    inCore('frame-rates.ts', 'FrameRates.admit', '!connection.frames.take(nowMs)', 'nowMs < 0'),
  ]),
  clause('frame-rates', 'a sweep forgets the frames of a connection', 'too many frames of a connection', [
    inCore('frame-rates.ts', 'FrameRates.sweep', 'if (connection.frames?.isFull(nowMs) === true) ', ''),
  ]),
  clause('frame-rates', 'a connection is closed for its rate without a warning', 'closed without warning', [
    inCore('frame-rates.ts', 'FrameRates.#warn', 'replies.send(connection, {', 'void ({'),
  ]),
  clause('frame-rates', 'a user has one rate with every other user', 'ended as too fast', [
    inCore('frame-rates.ts', 'FrameRates.admitUser', 'this.#users.take(user, nowMs)', "this.#users.take('', nowMs)"),
  ]),
  {
    ...clause(
      'frame-rates',
      'frames that other nodes have read do not count',
      'too many frames of a user over all nodes',
      [
        inCore(
          'cluster-rates.ts',
          'ClusterRates.learned',
          'use.fullAtMs = askedAtMs + fullInMs +',
          'use.fullAtMs = askedAtMs +',
        ),
      ],
    ),
    plan: rushAtThreeNodes,
  },
  {
    ...clause('frame-rates', 'a node does not share its frames', 'too many frames of a user over all nodes', [
      inCore('cluster-rates.ts', 'ClusterRates.share', 'count: use.unsharedCount', 'count: 0'),
    ]),
    plan: rushAtThreeNodes,
  },
  clause('frame-rates', 'frames of all nodes count twice', 'ended as too fast', [
    inCore('cluster-rates.ts', 'ClusterRates.learned', '+ fullInMs +', '+ 2 * fullInMs +'),
  ]),
  clause('frame-rates', 'a node shares its frames again in each round', 'ended as too fast', [
    inCore('cluster-rates.ts', 'ClusterRates.share', 'use.unsharedCount = 0;', ''),
  ]),
  clause('fair-endings', 'a reader is too slow for any price', 'ended as too slow', [
    inCore('outbox.ts', 'Outbox.send', '!this.hasRoomFor(text.length)', "text.includes('price')"),
  ]),
];
