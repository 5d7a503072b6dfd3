/**
 * Users of one document on one node see the same lines when the system has settled, and Redis has
 * them. What a user sees is followed by the updates that its connections carried, in both
 * directions. Nodes do not exchange updates: users on another node see them when they open the
 * document.
 */
import type { Checker, CheckerView, Property, RunRecord } from 'seedstorm';
import * as Y from 'yjs';
import { linesOf, readUpdate } from './messages.ts';

export const usersConverge: Property = {
  id: 'users-converge',
  kind: 'always',
  description: 'When the system has settled, users of a document see the same lines, and Redis has them.',
  marks: ['two users had one document open', 'a user reconnected'],
  checker: (view) => new UsersConverge(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

/** One provider of a user, from its operation `open` to the next one. */
interface Copy {
  readonly content: Y.Doc;
  readonly name: string;
  link: string;
  node: string;
  /** Whether the server has answered on the connection of now. */
  isSynced: boolean;
}

class UsersConverge implements Checker {
  readonly observes = ['operation', 'frame', 'node', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #copies = new Map<string, Copy>();
  /** Connections that their user has closed or left, so that it ignores what still arrives. */
  readonly #left = new Set<string>();
  /** A reader may have a line that its node lost in a crash, and cannot restore it. */
  readonly #crashedNodes = new Set<string>();
  /** Connections that one end has closed. */
  readonly #closed = new Set<string>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'operation') {
      if (record.phase === 'begin' && (record.name === 'open' || record.name === 'leave')) this.#leave(record.actor);
    } else if (record.type === 'frame') {
      this.#frame(record);
    } else if (record.type === 'node') {
      if (record.phase === 'crashed') this.#crashedNodes.add(record.node);
    } else if (record.type === 'fault' && record.kind === 'settled') {
      this.#settled();
    }
  }

  #frame(frame: FrameRecord): void {
    const { link, kind, direction, phase } = frame;
    if (kind === 'close') this.#closed.add(link);
    if (kind === 'close' && phase === (direction === 'down' ? 'down' : 'sent')) this.#left.add(link);
    if (kind !== 'binary' || this.#left.has(link)) return;
    if (phase === (direction === 'up' ? 'sent' : 'delivered')) this.#update(frame);
  }

  #leave(client: string): void {
    this.#left.add(this.#copies.get(client)?.link ?? '');
    this.#copies.delete(client);
  }

  #update({ link, client, node, direction, text }: FrameRecord): void {
    const message = readUpdate(text);
    // Changes of readers stay with them.
    if (message === null || (direction === 'up' && client.startsWith('reader-'))) return;
    let copy = this.#copies.get(client);
    // A message for the document that the user had open before may still arrive.
    if (copy?.name !== message.document)
      copy = { content: new Y.Doc(), name: message.document, link, node, isSynced: false };
    this.#copies.set(client, copy);
    if (copy.link !== link) {
      this.#view.mark('a user reconnected');
      Object.assign(copy, { link, node, isSynced: false });
    }
    Y.applyUpdate(copy.content, message.update);
    if (direction === 'down' && message.isAnswer) copy.isSynced = true;
  }

  #settled(): void {
    const first = new Map<string, readonly [link: string, lines: readonly string[]]>();
    for (const [client, { content, name, link, node, isSynced }] of this.#copies) {
      if (!isSynced || this.#closed.has(link)) continue;
      if (client.startsWith('reader-') && this.#crashedNodes.has(node)) continue;
      const lines = content.getArray<string>('lines').toArray();
      const stored = new Set(linesOf(this.#view.ledger.redisBytes(`yjs:document:${name}`)));
      const missing = lines.find((line) => !stored.has(line));
      this.#view.check(missing === undefined, () => ({
        subject: 'not stored',
        text: `${link} sees ${missing} in ${name}, and Redis does not have it`,
      }));
      const [otherLink, otherLines] = first.get(`${node} ${name}`) ?? [link, lines];
      if (otherLink !== link) this.#view.mark('two users had one document open');
      first.set(`${node} ${name}`, [otherLink, otherLines]);
      this.#view.check(lines.join() === otherLines.join(), () => ({
        subject: 'different lines',
        text: `${link} and ${otherLink} see different lines of ${name}: ${lines.join(' ')}, and ${otherLines.join(' ')}`,
      }));
    }
  }
}
