/**
 * Which tokens the gateway accepts. Compares the tokens that clients send with the answers, by a
 * second implementation of the rules.
 */
import { closings } from '../../core/closings.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { type ValidToken, validTokenIn } from '../support/tokens.ts';

const PREVIOUS = 'a token was signed with the previous secret';

export const validTokens: Property = {
  id: 'valid-tokens',
  kind: 'always',
  description:
    'A token is accepted if and only if it is signed with HS256 and the current or the previous secret, has the right issuer and ' +
    'audience, has been issued and has not expired, and lives no longer than the limit.',
  marks: [{ name: PREVIOUS, withinSeeds: 500 }],
  checker: (view) => new ValidTokens(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class ValidTokens implements Checker {
  readonly observes = ['frame'] as const;
  readonly #view: CheckerView;
  /** The valid token of the last `authenticate` of a link, or null. */
  readonly #first = new Map<string, ValidToken | null>();
  readonly #accepted = new Set<string>();
  /** The valid token of each `refresh` without an answer, by link and id. */
  readonly #refreshes = new Map<string, ValidToken | null>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: FrameRecord): void {
    const { direction, phase, kind } = record;
    if (direction === 'up' && phase === 'delivered' && kind === 'text') this.#arrived(record);
    else if (direction === 'down' && phase === 'sent') this.#sent(record);
  }

  #arrived({ link, text }: FrameRecord): void {
    if (text.startsWith('{"type":"authenticate"')) {
      // Only the first one counts.
      if (!this.#first.has(link)) this.#first.set(link, validTokenIn(tokenIn(text)));
    } else if (text.startsWith('{"type":"refresh"')) {
      const { id } = JSON.parse(text) as { id: number };
      this.#refreshes.set(`${link} ${id}`, validTokenIn(tokenIn(text)));
    }
  }

  #sent({ link, kind, text, code }: FrameRecord): void {
    if (kind === 'close') {
      const token = this.#first.get(link);
      this.#first.delete(link);
      // Afterwards, the code has another reason.
      if (!this.#accepted.delete(link) && code === closings.unauthenticated.closeCode)
        this.#judgeRefused(link, token ?? null);
    } else if (kind !== 'text') return;
    else if (text.startsWith('{"type":"authenticated"')) {
      this.#accepted.add(link);
      this.#judgeAccepted(link, text, this.#first.get(link));
    } else if (text.startsWith('{"type":"refreshed"')) this.#judgeAccepted(link, text, this.#answered(link, text));
    else if (text.startsWith('{"type":"error","code":"invalid_token"'))
      this.#judgeRefused(link, this.#answered(link, text) ?? null);
  }

  #answered(link: string, text: string): ValidToken | null | undefined {
    const key = `${link} ${(JSON.parse(text) as { id: number }).id}`;
    const token = this.#refreshes.get(key);
    this.#refreshes.delete(key);
    return token;
  }

  #judgeAccepted(link: string, text: string, token: ValidToken | null | undefined): void {
    const { role, symbols, expiresAtMs } = JSON.parse(text) as ValidToken;
    if (token?.isPrevious === true) this.#view.mark(PREVIOUS);
    const isRight =
      token?.role === role && String(token.symbols) === String(symbols) && token.expiresAtMs === expiresAtMs;
    this.#view.check(isRight, () => ({
      subject: 'invalid token accepted',
      text: `${link} was sent ${text}, but its token is ${token == null ? 'not valid' : `of a ${token.role}`}`,
    }));
  }

  #judgeRefused(link: string, token: ValidToken | null): void {
    // A short one may have expired on its way.
    if (token?.isShort === true) return;
    this.#view.check(token === null, () => ({
      subject: 'valid token refused',
      text: `the token ${token?.tokenId ?? ''} of ${link} was refused, but it is valid`,
    }));
  }
}

function tokenIn(text: string): string {
  return (JSON.parse(text) as { token: string }).token;
}
