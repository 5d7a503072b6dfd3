/**
 * A correct publish-subscribe system with one subscriber, driven by random steps. It writes a
 * history in which the checker must find no breach.
 *
 * The subscriber's commands travel in order and take effect when they arrive. Answers and
 * deliveries travel back in one stream. The subscriber sends commands before earlier ones are
 * answered and may stop waiting for an answer. The connection may break.
 */
import type { PublisherEvent, SubscriberEvent } from '../events.ts';

export type Step =
  'publish' | 'restart' | 'subscribe' | 'unsubscribe' | 'arrive' | 'read' | 'give-up' | 'refuse' | 'revoke' | 'break';

export interface ModelOptions {
  /** Newer messages replace those that wait to be read. */
  readonly conflates: boolean;
  /** Answers contain positions. */
  readonly tellsPositions: boolean;
  /** After a break, the subscriber resumes instead of subscribing. */
  readonly resumes: boolean;
}

interface Command {
  readonly type: 'subscribe' | 'resume' | 'unsubscribe';
  readonly after: number;
  isAwaited: boolean;
}

export type Line = SubscriberEvent | PublisherEvent;
type Streamed = Extract<SubscriberEvent, { type: 'delivered' | 'revoked' }> | { readonly answers: Command; line: Line };

export class ModelSystem {
  readonly lines: Line[] = [];
  readonly #channel: string;
  readonly #options: ModelOptions;
  #commands: Command[] = [];
  #unanswered: Command[] = [];
  #stream: Streamed[] = [];
  #subscribed = false;
  #published = 0;
  #lastRead = 0;
  #hasRead = false;

  constructor(channel: string, options: ModelOptions) {
    this.#channel = channel;
    this.#options = options;
  }

  step(step: Step): void {
    if (step === 'publish') this.#publish();
    else if (step === 'restart') this.#restart();
    else if (step === 'subscribe') this.#ask(this.#options.resumes && this.#hasRead ? 'resume' : 'subscribe');
    else if (step === 'unsubscribe') this.#ask('unsubscribe');
    else if (step === 'arrive') this.#arrive('ok');
    else if (step === 'refuse') this.#arrive('fail');
    else if (step === 'read') this.#read();
    else if (step === 'give-up') this.#giveUp();
    else if (step === 'revoke') this.#revoke();
    else this.#break();
  }

  /** Lets everything arrive. */
  settle(): readonly Line[] {
    while (this.#commands.length > 0) this.#arrive('ok');
    while (this.#stream.length > 0) this.#read();
    return this.lines;
  }

  #publish(): void {
    const channel = this.#channel;
    this.#published += 1;
    const position = this.#published;
    this.lines.push({ type: 'published', channel, position });
    if (!this.#subscribed) return;
    if (this.#options.conflates) this.#forget();
    this.#stream.push({ type: 'delivered', channel, position });
  }

  /**
   * Restarts the positions if there are no subscribers. A client that resumes would have to be
   * notified, which this model doesn't do.
   */
  #restart(): void {
    if (this.#subscribed || this.#options.resumes) return;
    this.#published = 0;
    this.lines.push({ type: 'restarted', channel: this.#channel });
  }

  #ask(type: Command['type']): void {
    // A resume sends the last position read, which is not known while answers are under way.
    if (type === 'resume' && this.#unanswered.length + this.#stream.length > 0) return;
    const command = { type, after: this.#lastRead, isAwaited: true };
    this.#commands.push(command);
    this.#unanswered.push(command);
    this.lines.push({ type, phase: 'begin', channel: this.#channel });
  }

  #arrive(phase: 'ok' | 'fail'): void {
    const command = this.#commands.shift();
    if (command === undefined) return;
    const { type } = command;
    const position = this.#published;
    const line: Line = {
      type,
      phase,
      channel: this.#channel,
      ...(this.#options.tellsPositions && phase === 'ok' && type !== 'resume' ? { position } : {}),
    };
    if (phase === 'ok' && type === 'unsubscribe') this.#forgetIfConflating();
    this.#stream.push({ answers: command, line });
    if (phase === 'fail') return;
    const missed = type === 'resume' && !this.#subscribed ? command.after + 1 : position + 1;
    this.#subscribed = type !== 'unsubscribe';
    const first = this.#options.conflates ? Math.max(missed, position) : missed;
    for (let next = first; next <= position; next += 1)
      this.#stream.push({ type: 'delivered', channel: this.#channel, position: next });
  }

  #read(): void {
    const next = this.#stream.shift();
    if (next === undefined) return;
    if (!('answers' in next)) {
      if (next.type === 'delivered') {
        this.#lastRead = next.position;
        this.#hasRead = true;
      }
      this.lines.push(next);
      return;
    }
    this.#unanswered = this.#unanswered.filter((command) => command !== next.answers);
    if (next.answers.isAwaited) this.lines.push(next.line);
  }

  /** The subscriber stops waiting for the answer to its oldest command. */
  #giveUp(): void {
    const command = this.#unanswered.find(({ isAwaited }) => isAwaited);
    if (command === undefined) return;
    command.isAwaited = false;
    this.lines.push({ type: command.type, phase: 'unknown', channel: this.#channel });
  }

  #revoke(): void {
    if (!this.#subscribed) return;
    this.#subscribed = false;
    this.#forgetIfConflating();
    const position = this.#options.tellsPositions ? { position: this.#published } : {};
    this.#stream.push({ type: 'revoked', channel: this.#channel, ...position });
  }

  #break(): void {
    this.#commands = [];
    this.#unanswered = [];
    this.#stream = [];
    this.#subscribed = false;
    this.lines.push({ type: 'closed' });
  }

  #forgetIfConflating(): void {
    if (this.#options.conflates) this.#forget();
  }

  #forget(): void {
    this.#stream = this.#stream.filter((one) => 'answers' in one || one.type !== 'delivered');
  }
}
