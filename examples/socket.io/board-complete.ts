/**
 * Users that stay see the whole board. What a user has received (the notes in the answer of `open`,
 * then one by one) is compared with what Redis has, once the system has settled. A note counts if
 * any user has received it, or its position.
 *
 * A WebSocket frame of Socket.IO begins with 4 (a message), then 2 (an event) or 3 (its
 * acknowledgement), the number of the event if it has an acknowledgement, and JSON.
 */
import type { Checker, CheckerView, Property, RunRecord } from 'seedstorm';

export const boardComplete: Property = {
  id: 'board-complete',
  kind: 'always',
  description: 'When the system has settled, each user that stays has received every note of its board.',
  marks: ['a user stayed'],
  checker: (view) => new BoardComplete(view),
};

interface Note {
  readonly position: number;
  readonly text: string;
}

/** A connection, with the requests that have no answer yet. */
interface Viewer {
  readonly node: string;
  readonly asked: Map<string, readonly [event: string, board: string]>;
  board: string | null;
  readonly positions: Set<number>;
}

type FrameRecord = Extract<RunRecord, { type: 'frame' }>;

class BoardComplete implements Checker {
  readonly observes = ['frame', 'fault'] as const;
  readonly #view: CheckerView;
  readonly #viewers = new Map<string, Viewer>();
  /** The highest position that any user has received, by board. */
  readonly #known = new Map<string, number>();

  constructor(view: CheckerView) {
    this.#view = view;
  }

  observe(record: RunRecord): void {
    if (record.type === 'fault' && record.kind === 'settled') this.#checkAll();
    if (record.type !== 'frame') return;
    if (record.kind === 'close') this.#viewers.delete(record.link);
    else if (record.kind === 'text') this.#packet(record);
  }

  #packet({ link, node, direction, phase, text }: FrameRecord): void {
    const [, kind, id = '', json = '[]'] = /^4([23])(\d*)(\[.*)$/s.exec(text) ?? [];
    if (kind === undefined) return;
    const values = JSON.parse(json) as unknown[];
    if (direction === 'up' && phase === 'sent') {
      const viewer = this.#viewers.get(link) ?? { node, asked: new Map(), board: null, positions: new Set() };
      this.#viewers.set(link, viewer);
      viewer.asked.set(id, [String(values[0]), String(values[1])]);
    }
    const viewer = this.#viewers.get(link);
    if (direction === 'up' || phase !== 'delivered' || viewer === undefined) return;
    if (kind === '2') {
      const [, board, note] = values as [string, string, Note];
      this.#received(viewer, board, note.position);
      return;
    }
    const [event, board] = viewer.asked.get(id) ?? ['', ''];
    if (event === 'add') this.#know(board, values[0] as number);
    if (event !== 'open') return;
    viewer.board = board;
    for (const { position } of values[0] as Note[]) this.#received(viewer, board, position);
  }

  #received(viewer: Viewer, board: string, position: number): void {
    viewer.positions.add(position);
    this.#know(board, position);
  }

  #know(board: string, position: number): void {
    this.#known.set(board, Math.max(position, this.#known.get(board) ?? 0));
  }

  #checkAll(): void {
    for (const [link, { board, positions }] of this.#viewers) {
      if (board === null) continue;
      this.#view.mark('a user stayed');
      for (let position = 1; position <= (this.#known.get(board) ?? 0); position += 1) {
        this.#view.check(positions.has(position), () => ({
          subject: 'note missing',
          text: `${link} has board ${board} open and never received its note ${position}`,
        }));
      }
    }
  }
}
