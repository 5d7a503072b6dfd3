/**
 * A whole system that needs no time, so that it can run on a scheduler that has none: a room. Whoever connects is in it; what somebody posts is
 * written to Redis, numbered, and sent to everybody, its author included. One system and one visitor for both sides.
 */
import type { SimNode, RunningSystem, ServerSocket } from '../sim/system/types.ts';

/** What a room uses of a node. */
export interface RoomFaces {
  listen(onConnection: (socket: ServerSocket) => void): void;
  redis(): Pick<ReturnType<SimNode['redis']>, 'set'>;
}

export function openRoom(node: RoomFaces): RunningSystem {
  const redis = node.redis();
  const present = new Set<ServerSocket>();
  let posts = 0;
  const post = async (text: string): Promise<void> => {
    posts += 1;
    const frame = JSON.stringify({ number: posts, text });
    await redis.set(`post:${posts}`, text);
    for (const socket of present) socket.send(frame);
  };
  node.listen((socket) => {
    present.add(socket);
    socket.on('message', (data: Buffer) => void post(data.toString()));
    socket.on('close', () => present.delete(socket));
  });
  return {};
}

/** What a visitor uses of its end of a connection. */
export interface VisitorSocket {
  send(text: string): void;
  onmessage: ((event: { data: unknown }) => void) | null;
}

/** Posts a text and waits until it has come back. */
export class Visitor {
  heard = 0;
  readonly #socket: VisitorSocket;
  #awaited: { text: string; resolve: () => void } | null = null;

  constructor(socket: VisitorSocket) {
    this.#socket = socket;
    socket.onmessage = ({ data }) => {
      this.heard += 1;
      const { text } = JSON.parse(String(data)) as { text: string };
      if (text !== this.#awaited?.text) return;
      this.#awaited.resolve();
      this.#awaited = null;
    };
  }

  post(text: string): Promise<void> {
    return new Promise((resolve) => {
      this.#awaited = { text, resolve };
      this.#socket.send(text);
    });
  }
}
