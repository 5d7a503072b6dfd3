/**
 * What clients are sent as a comment. Compares the texts that nodes receive with those that they
 * send. Which texts are unsafe is listed with the actors, apart from the gateway.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { isUnsafe } from '../support/comments.ts';

export const plainComments: Property = {
  id: 'plain-comments',
  kind: 'always',
  description:
    'A comment or an announcement reaches clients byte for byte. If it contains markup or is a URL that runs a script, no client receives it, and ' +
    'only then it is refused for its content.',
  checker: (view) => new PlainComments(view),
};

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class PlainComments implements Checker {
  readonly observes = ['frame'] as const;
  readonly #view: CheckerView;
  /** Texts that nodes received. A run has few different ones. */
  readonly #received = new Set<string>();
  /** Unsafe comments that are not refused yet, by link. */
  readonly #unsafe = new Map<string, number>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe({ direction, phase, kind, link, text }: FrameRecord): void {
    if (kind !== 'text') return;
    if (direction === 'up' && phase === 'delivered') {
      if (/^\{"type":"(?:comment|announce)"/.test(text)) this.#arrived(link, textIn(text));
    } else if (direction === 'down' && phase === 'sent') {
      if (/^\{"type":"(?:comment|announcement)"/.test(text)) this.#sent(link, textIn(text));
      else if (/^\{"type":"error","code":"comment_(?:markup|script_url)"/.test(text)) this.#refused(link);
    }
  }

  #arrived(link: string, text: string): void {
    this.#received.add(text);
    if (isUnsafe(text)) this.#unsafe.set(link, (this.#unsafe.get(link) ?? 0) + 1);
  }

  #sent(link: string, text: string): void {
    this.#view.check(!isUnsafe(text), () => ({
      subject: 'unsafe comment',
      text: `${link} was sent the unsafe comment ${JSON.stringify(text)}`,
    }));
    this.#view.check(this.#received.has(text), () => ({
      subject: 'altered comment',
      text: `${link} was sent the comment ${JSON.stringify(text)}, which no client wrote`,
    }));
  }

  #refused(link: string): void {
    const count = this.#unsafe.get(link) ?? 0;
    this.#unsafe.set(link, count - 1);
    this.#view.check(count > 0, () => ({
      subject: 'safe comment refused',
      text: `a comment of ${link} was refused for its content, although it is safe`,
    }));
  }
}

function textIn(frame: string): string {
  return (JSON.parse(frame) as { text: string }).text;
}
