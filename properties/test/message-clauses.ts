/** Clauses of `relayed-messages`: comments and announcements between nodes. */
import { aloneClause, type Clause, inCore } from './clause.ts';
import { commentAcrossNodesAfter } from './written-plans.ts';

const clause = (broken: string, subject: Clause['subject'], method: string, find: string, put: string): Clause =>
  aloneClause('relayed-messages', broken, subject, [inCore('messages.ts', `Messages.${method}`, find, put)]);

const afterwards = (broken: string, fault: string, edits: Clause['edits']): Clause => ({
  ...aloneClause('relayed-messages', broken, 'missed message', edits),
  plan: commentAcrossNodesAfter(fault),
});

export const messageClauses: readonly Clause[] = [
  clause(
    'messages of other nodes are ignored',
    'missed message',
    '#receive',
    'message.node !== this.#parts.node',
    "message.node === ''",
  ),
  clause('messages go to this node only', 'not partial', 'send', 'relay.publish(', 'Promise.resolve('),
  clause(
    'messages that come back are delivered again',
    'sent twice',
    '#receive',
    'if (message.node !== this.#parts.node)',
    '',
  ),
  clause(
    'every message is passed on twice',
    'sent twice',
    'send',
    'const outcome =',
    'relay.publish(JSON.stringify(relayed)).catch(() => undefined);\n      const outcome =',
  ),
  clause('no answer is partial', 'not partial', 'send', "outcome !== 'settled'", 'false'),
  clause('every answer is partial', 'partial without need', 'send', "outcome !== 'settled'", 'true'),
  clause(
    'a sender has no answer if Redis fails',
    'no answer',
    'send',
    'replies.send(sender',
    "if (outcome !== 'failed') replies.send(sender",
  ),
  clause(
    'announcements of other nodes are dropped',
    'missed message',
    '#parse',
    "return data.type === 'comment' && !symbols.has(data.symbol) ? null : data;",
    "return data.type === 'comment' && symbols.has(data.symbol) ? data : null;",
  ),
  clause(
    'announcements reach subscribers only',
    'missed message',
    '#deliver',
    "client.state === 'authenticated'",
    'client.subscriptions.size > 0',
  ),
  afterwards('a subscription to messages that is lost is not made again', 'redis-restart', [
    inCore(
      'adapters/redis-relay.ts',
      'redisRelay',
      "client.on('ready', subscribe);",
      "client.once('ready', subscribe);",
    ),
  ]),
  afterwards('a subscription to messages that receives nothing is not noticed', 'redis-subscriber-deaf', [
    inCore(
      'adapters/redis-relay.ts',
      'redisRelay',
      'silent: () => client.disconnect(true),',
      'silent: () => undefined,',
    ),
  ]),
];
