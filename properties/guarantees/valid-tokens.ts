/**
 * Which tokens the gateway accepts. Compares the tokens that clients send with the answers, by a
 * second implementation of the rules.
 */
import { closings } from '../../core/closings.ts';
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { HeldTokens } from '../support/held-tokens.ts';
import { tokenOffered, type ValidToken, validTokenIn } from '../support/tokens.ts';

const UPGRADED = 'a client was authenticated at its upgrade';
const PREVIOUS = 'a token was signed with the previous secret';

export const validTokens: Property = {
  id: 'valid-tokens',
  kind: 'always',
  description:
    'A token is accepted if and only if it is signed with HS256 and the current or the previous secret, has the right issuer and ' +
    'audience, has been issued and has not expired, and lives no longer than the limit. At an upgrade, an ' +
    'invalid one is answered with 401, and a valid one authenticates the connection at once.',
  marks: [
    { name: PREVIOUS, withinSeeds: 500 },
    { name: UPGRADED, withinSeeds: 200 },
  ],
  checker: (view) => new ValidTokens(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;
type HttpRecord = Extract<RunRecord, { type: 'http' }>;

const UNAUTHORIZED = 401;

class ValidTokens implements Checker {
  readonly observes = ['frame', 'http'] as const;
  readonly #view: CheckerView;
  readonly #held: HeldTokens;
  /** The valid token of the last `authenticate` of a link, or null. */
  readonly #first = new Map<string, ValidToken | null>();
  readonly #accepted = new Set<string>();
  /** Links that came with a token and were sent no frame. */
  readonly #upgrades = new Set<string>();
  /** The valid token of each `refresh` without an answer, by link and id. */
  readonly #refreshes = new Map<string, ValidToken | null>();

  constructor(view: CheckerView) {
    this.#view = view;
    this.#held = HeldTokens.of(view);
  }

  observe(record: FrameRecord | HttpRecord): void {
    if (record.type === 'http') {
      if (record.direction === 'down' && record.phase === 'sent' && record.status !== 101) this.#refused(record);
      return;
    }
    const { direction, phase, kind } = record;
    if (kind === 'open') {
      if (direction === 'up' && phase === 'delivered') this.#opened(record);
    } else if (direction === 'up' && phase === 'delivered' && kind === 'text') this.#arrived(record);
    else if (direction === 'down' && phase === 'sent') this.#sent(record);
  }

  #opened({ link, text }: FrameRecord): void {
    const token = tokenOffered(text);
    if (token === null) return;
    this.#upgrades.add(link);
    this.#first.set(link, validTokenIn(token));
  }

  #refused({ link, status }: HttpRecord): void {
    if (!this.#upgrades.delete(link)) return;
    const token = this.#first.get(link) ?? null;
    this.#first.delete(link);
    // Whether it has been revoked, `revoked-leave` judges.
    const mayBeRevoked = token !== null && this.#held.mayBeRevoked(token);
    if (status === UNAUTHORIZED && !mayBeRevoked) this.#judgeRefused(link, token);
  }

  /** The first frame on a link that came with a token. */
  #judgeUpgrade({ link, kind, text, code }: FrameRecord): void {
    const token = this.#first.get(link) ?? null;
    this.#view.check(token !== null, () => ({
      subject: 'upgrade not refused',
      text: `${link} came with an invalid token, but was not refused with ${UNAUTHORIZED}`,
    }));
    const isAuthenticated = kind === 'text' && text.startsWith('{"type":"authenticated"');
    if (isAuthenticated) this.#view.mark(UPGRADED);
    // It may be closed for other reasons, such as its address.
    this.#view.check(isAuthenticated || code !== closings.authentication_deadline.closeCode, () => ({
      subject: 'upgrade not authenticated',
      text: `${link} came with a valid token, but had to authenticate`,
    }));
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

  #sent(record: FrameRecord): void {
    const { link, kind, text, code } = record;
    if (this.#upgrades.delete(link)) this.#judgeUpgrade(record);
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
