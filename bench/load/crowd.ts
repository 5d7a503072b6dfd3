/** The users of a load test: they come and go, and some of them comment or read slowly. */
import { setTimeout as sleep } from 'node:timers/promises';
import { tokenKey } from '../../core/auth.ts';
import { signToken } from '../../core/sign-token.ts';
import { type Judge } from './judge.ts';
import { Latencies } from './latencies.ts';
import { User } from './user.ts';

const SYMBOLS = ['AAPL', 'AMZN', 'GOOG', 'IBM'];
/** Only of users that read slowly and those that write to them. */
const SLOW_SYMBOL = 'MSFT';
/** A comment of 500 characters and 1,500 bytes. */
const LONG = '€'.repeat(500);
const HOUR_MS = 3_600_000;
/** Connections that are opened at the same time. */
const AT_ONCE = 100;
/** Per second: the share of users that lose their connection, or stop for a while. */
const CHURN = 0.02;
const PAUSE_MS = { min: 500, max: 2000 };
const COMMENT_EVERY_MS = 500;
/** Below the rate of frames of a connection. */
const TALK_EVERY_MS = 70;
const TALKERS = 20;
/** The share of the disturbed time in which slow users do not read. */
const UNREAD_SHARE = 0.7;
/** Until the end of a connection that a user has just lost is noticed. */
const NOTICED_WITHIN_MS = 500;

export interface CrowdOptions {
  readonly port: number;
  readonly secret: string;
  readonly clients: number;
  readonly seconds: number;
  readonly judge: Judge;
}

export class Crowd {
  readonly latencies = new Latencies();
  readonly #options: CrowdOptions;
  readonly #slow: User[] = [];
  readonly #talkers: User[] = [];
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #closeCodes: number[][] = [];
  #users: User[] = [];
  #created = 0;

  constructor(options: CrowdOptions) {
    this.#options = options;
  }

  /** How many users lost their connection in which way, by close code. */
  get closeCodes(): ReadonlyMap<number, number> {
    const counts = new Map<number, number>();
    for (const code of this.#closeCodes.flat()) counts.set(code, (counts.get(code) ?? 0) + 1);
    return counts;
  }

  get slowCount(): number {
    return this.#slow.length;
  }

  /** Connects all users. Resolves when each has received a price. */
  async enter(): Promise<void> {
    const { clients } = this.#options;
    this.#users = Array.from({ length: clients }, (_, index) => this.#create(`user-${index}`, symbolsOf(index)));
    for (let from = 0; from < clients; from += AT_ONCE)
      await Promise.all(this.#users.slice(from, from + AT_ONCE).map((user) => user.start()));
  }

  /** Disconnects all users. */
  leave(): void {
    for (const user of this.#users) user.stop();
    this.#users = [];
  }

  /** Lets users come and go, comment, and perhaps read slowly, until `settle`. */
  disturb(withSlow: boolean): void {
    const [sender, ...others] = this.#users;
    this.#every(1000, () => {
      for (const user of others) {
        user.report();
        if (Math.random() < CHURN) this.#disturb(user);
      }
    });
    this.#every(COMMENT_EVERY_MS, () => {
      sender?.client.comment('AAPL', `sent at ${performance.now()}`).catch(() => undefined);
    });
    for (const user of others) user.on('comment', ({ text }) => this.latencies.add(performance.now() - sentAt(text)));
    if (withSlow) void this.#addSlow();
  }

  /** Ends all disturbances. Resolves when all users are connected. */
  async settle(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    for (const user of [...this.#slow, ...this.#talkers]) user.stop();
    await sleep(NOTICED_WITHIN_MS);
    await Promise.all(this.#users.map((user) => (user.client.state === 'closed' ? user.start() : user.opened())));
    for (const user of this.#users) user.report();
  }

  #disturb(user: User): void {
    if (Math.random() < 0.5) return user.lose();
    user.stop();
    const pauseMs = PAUSE_MS.min + Math.random() * (PAUSE_MS.max - PAUSE_MS.min);
    this.#timers.add(setTimeout(() => void user.start(), pauseMs));
  }

  /** One user in 100 stops reading, while others write long comments to them. */
  async #addSlow(): Promise<void> {
    const count = Math.max(1, Math.round(this.#options.clients / 100));
    const slow = Array.from({ length: count }, (_, index) => this.#create(`slow-${index}`, [SLOW_SYMBOL], false));
    const talkers = Array.from({ length: TALKERS }, (_, index) => this.#create(`talker-${index}`, []));
    this.#slow.push(...slow);
    this.#talkers.push(...talkers);
    await Promise.all([...slow, ...talkers].map((user) => user.start()));
    for (const user of slow) user.stopReading(this.#options.seconds * 1000 * UNREAD_SHARE);
    this.#every(TALK_EVERY_MS, () => {
      for (const { client } of talkers) client.comment(SLOW_SYMBOL, LONG).catch(() => undefined);
    });
  }

  #create(name: string, symbols: readonly string[], isJudged = true): User {
    const { port, secret, judge } = this.#options;
    const key = tokenKey(secret);
    this.#created += 1;
    const nth = this.#created;
    let tokens = 0;
    const user = new User({
      name: `${name}.${nth}`,
      localAddress: `127.1.${Math.floor(nth / 250) % 250}.${(nth % 250) + 1}`,
      port,
      symbols,
      judge: isJudged ? judge : null,
      token: () => {
        tokens += 1;
        const now = Date.now();
        const issued = { issuer: 'seedstorm', audience: 'prices', issuedAtMs: now, expiresAtMs: now + HOUR_MS };
        return signToken(key, {
          ...issued,
          tokenId: `${nth}.${tokens}`,
          user: name,
          role: 'trader',
          symbols: undefined,
        });
      },
    });
    this.#closeCodes.push(user.closeCodes);
    return user;
  }

  #every(ms: number, act: () => void): void {
    this.#timers.add(setInterval(act, ms));
  }
}

/** Half of the users receive the comments of AAPL. */
function symbolsOf(index: number): readonly string[] {
  const other = SYMBOLS[1 + (index % 3)] ?? 'IBM';
  return index % 2 === 0 ? ['AAPL', other] : [other];
}

function sentAt(text: string): number {
  return Number(text.replace('sent at ', ''));
}
