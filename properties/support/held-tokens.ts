/**
 * The token of each authenticated connection, from the frames of both sides, and the revocations
 * that clients have asked for.
 */
import type { RevokedSubject } from '../../core/ports.ts';
import type { CheckerView, RunRecord } from '../../sim/index.ts';
import { tokenOffered, type ValidToken, validTokenIn } from './tokens.ts';

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

export class HeldTokens {
  readonly observes = ['frame'] as const;
  /** The accepted token, by link. Kept until the link is used no longer. */
  readonly #held = new Map<string, ValidToken>();
  /** Tokens without an answer, by link and id of the request. */
  readonly #offered = new Map<string, ValidToken | null>();
  /** `user:…` or `token:…`. The gateway may have refused some requests. */
  readonly #requested = new Set<string>();

  /** The one instance of a run, shared by all its checkers. It observes each record before them. */
  static of(view: CheckerView): HeldTokens {
    return view.shared(createHeldTokens);
  }

  of(link: string): ValidToken | undefined {
    return this.#held.get(link);
  }

  /** The user of a connection, also while its first token has no answer. */
  userOf(link: string): string | undefined {
    return (this.#held.get(link) ?? this.#offered.get(`${link} `))?.user;
  }

  /** Whether a client has asked to revoke the token or its user. */
  mayBeRevoked(token: ValidToken): boolean {
    return this.#requested.size > 0 && keysOf(token).some((key) => this.#requested.has(key));
  }

  observe({ direction, phase, kind, link, text }: FrameRecord): void {
    if (kind !== 'text') {
      if (kind === 'open' && direction === 'up' && phase === 'delivered') this.#opened(link, text);
    } else if (direction === 'up' && phase === 'delivered') this.#arrived(link, text);
    else if (direction === 'down' && phase === 'sent') this.#sent(link, text);
  }

  #opened(link: string, protocols: string): void {
    this.#held.delete(link);
    const token = tokenOffered(protocols);
    if (token !== null) this.#offered.set(`${link} `, validTokenIn(token));
  }

  #arrived(link: string, text: string): void {
    if (text.startsWith('{"type":"authenticate"') || text.startsWith('{"type":"refresh"')) {
      const { id, token } = JSON.parse(text) as { id?: number; token: string };
      const key = `${link} ${id ?? ''}`;
      if (!this.#offered.has(key)) this.#offered.set(key, validTokenIn(token));
    } else if (text.startsWith('{"type":"revoke"')) {
      const { subject, name } = JSON.parse(text) as { subject: RevokedSubject; name: string };
      this.#requested.add(`${subject}:${name}`);
    }
  }

  #sent(link: string, text: string): void {
    if (!text.startsWith('{"type":"authenticated"') && !text.startsWith('{"type":"refreshed"')) return;
    const { id } = JSON.parse(text) as { id?: number };
    const token = this.#offered.get(`${link} ${id ?? ''}`);
    if (token != null) this.#held.set(link, token);
  }
}

/** What a revocation of the token may name. */
export function keysOf({ user, tokenId }: ValidToken): readonly string[] {
  return [`user:${user}`, `token:${tokenId}`];
}

function createHeldTokens(): HeldTokens {
  return new HeldTokens();
}
