/**
 * What users of the chat rely on: a member hears each message at most once, and those of one sender
 * in order. A message that one member heard, or whose sender stays, reaches all members that had
 * joined before it was sent and stay. When the system has settled, they would hear the next one,
 * too: their node is subscribed to their room.
 */
import type { Checker, CheckerView, Property, RunRecord } from 'seedstorm';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

export const allPresentHear: Property = {
  id: 'all-present-hear',
  kind: 'always',
  description: 'All members that stay hear each message of their room, once and in order.',
  marks: ['a message was due to another node'],
  checker: (view) => new AllPresentHear(view),
};

interface Listener {
  readonly link: string;
  readonly node: string;
  readonly room: string;
  readonly heard: Set<string>;
  /** The number of the last message heard, by sending connection. */
  readonly newest: Map<string, number>;
}

interface Message {
  /** `member-2:5` */
  readonly text: string;
  readonly sender: Listener;
  /** The members that had joined when it was sent, the sender included. */
  readonly present: readonly Listener[];
}

class AllPresentHear implements Checker {
  readonly observes = ['frame', 'fault'] as const;
  readonly #view: CheckerView;
  /** The connections that have joined and not closed, by link. */
  readonly #listeners = new Map<string, Listener>();
  readonly #messages = new Map<string, Message>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault' && record.kind === 'settled') this.#checkPresent();
    if (record.type !== 'frame') return;
    if (record.kind === 'close') this.#listeners.delete(record.link);
    else if (record.kind === 'text' && record.direction === 'up' && record.phase === 'sent') this.#said(record);
    else if (record.kind === 'text' && record.direction === 'down' && record.phase === 'delivered') this.#heard(record);
  }

  #said({ link, text }: FrameRecord): void {
    const sender = this.#listeners.get(link);
    // What a member says before it has joined may be too early for the others.
    if (sender === undefined) return;
    const present = [...this.#listeners.values()].filter(({ room }) => room === sender.room);
    this.#messages.set(text, { text, sender, present });
  }

  #heard({ link, node, text: frame }: FrameRecord): void {
    const { type, room, text = '' } = JSON.parse(frame) as { type: string; room?: string; text?: string };
    if (type === 'joined')
      this.#listeners.set(link, { link, node, room: room ?? '', heard: new Set(), newest: new Map() });
    const listener = this.#listeners.get(link);
    if (listener === undefined || type !== 'message') return;
    this.#view.check(!listener.heard.has(text), () => ({
      subject: 'heard twice',
      text: `${link} heard ${text} a second time`,
    }));
    listener.heard.add(text);
    const sender = this.#messages.get(text)?.sender.link;
    if (sender === undefined) return;
    const number = Number(text.split(':')[1]);
    const newest = listener.newest.get(sender) ?? 0;
    this.#view.check(number > newest, () => ({
      subject: 'out of order',
      text: `${link} heard ${text} after message ${newest} of ${sender}`,
    }));
    listener.newest.set(sender, number);
  }

  #checkPresent(): void {
    for (const { link, node, room } of this.#listeners.values())
      this.#view.check(this.#view.ledger.channels(node).includes(`room:${room}`), () => ({
        subject: 'not subscribed',
        text: `${link} is in room ${room}, and ${node} is not subscribed to it`,
      }));
    const stays = (listener: Listener) => this.#listeners.get(listener.link) === listener;
    for (const { text, sender, present } of this.#messages.values()) {
      if (!stays(sender) && !present.some(({ heard }) => heard.has(text))) continue;
      for (const listener of present.filter(stays)) {
        if (listener.node !== sender.node) this.#view.mark('a message was due to another node');
        this.#view.check(listener.heard.has(text), () => ({
          subject: 'not heard',
          text: `${listener.link} was in room ${listener.room} when ${sender.link} said ${text}, and never heard it`,
        }));
      }
    }
  }
}
