/**
 * A complete system without timers, so that it can run on a scheduler without time: a room. Each
 * post of a visitor is numbered, written to Redis and sent to all visitors, its author included.
 * Both sides use this one system and visitor.
 */
import type { SimNode, RunningSystem } from '../sim/system/types.ts';
import type { ServerSocket } from '../sim/system/web-socket-types.ts';

/** The used part of a node. */
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

/** The used part of a client socket. */
export interface VisitorSocket {
  send(text: string): void;
  onmessage: ((event: { data: unknown }) => void) | null;
}

/** Posts a text and waits until it is received. */
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
