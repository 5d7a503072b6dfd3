/**
 * The client of the examples: it sends a request of one line and waits at most 3 s for the answer.
 */
import type { ActorContext, ClientSocket, Outcome } from 'seedstorm';

const ANSWERED_WITHIN_MS = 3000;

export class Visitor {
  socket: ClientSocket | null = null;
  #asked = 0;
  readonly #waiting = new Map<string, (answer: string) => void>();

  /** Connects to a node unless already connected. Returns false if the connection fails. */
  async connect(context: ActorContext<unknown>, node: string): Promise<boolean> {
    if (this.socket !== null) return true;
    const socket = await context.dial(node).catch(() => null);
    if (socket === null) return false;
    this.socket = socket;
    socket.onmessage = ({ data }) => {
      const [id = '', ...words] = String(data).split(' ');
      this.#waiting.get(id)?.(words.join(' '));
    };
    socket.onclose = () => {
      if (this.socket === socket) this.socket = null;
    };
    return true;
  }

  /**
   * Returns the answer, or null if none came in time: the request may or may not have taken effect.
   */
  async ask(context: ActorContext<unknown>, line: string): Promise<string | null> {
    this.#asked += 1;
    const id = String(this.#asked);
    const answer = new Promise<string>((resolve) => this.#waiting.set(id, resolve));
    this.socket?.send(`${id} ${line}`);
    const came = await context.within(ANSWERED_WITHIN_MS, answer);
    this.#waiting.delete(id);
    return came === 'timeout' ? null : came;
  }

  /** Sends a line without waiting for an answer. */
  tell(line: string): void {
    this.#asked += 1;
    this.socket?.send(`${this.#asked} ${line}`);
  }

  /** Closes the connection; the next `connect` opens a new one. */
  leave(): void {
    this.socket?.close();
    this.socket = null;
  }
}

/** Connects, sends one line and returns the outcome. */
export async function askOnce(context: ActorContext<Visitor>, line: string, node = nodeOf(context)): Promise<Outcome> {
  const { state } = context;
  if (!(await state.connect(context, node))) return { outcome: 'fail', detail: 'refused' };
  const answer = await state.ask(context, line);
  if (answer === null || answer === 'sorry') return { outcome: 'unknown', detail: 'no answer' };
  return 'ok';
}

/** Spreads the visitors over the nodes. */
export function nodeOf({ nodes, number }: ActorContext<unknown>): string {
  return nodes[number % nodes.length] ?? 'node-1';
}
