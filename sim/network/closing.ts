/**
 * The closing handshake of a connection, as WebSocket over TCP has it.
 *
 * Each end sends one closing frame: on its own, or as the answer to the other's. An end that has sent its own and has heard the other's ends its half
 * of the TCP connection, and is closed when the other's half has ended too. Until then it is closing, and nothing can be sent on it. Each hears
 * the code that the other gave; when both begin at once, the two codes differ.
 */
import type { SimulatedServerSocket } from './server-socket.ts';

export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** What the handshake asks of its connection. */
export interface ClosingWire {
  readonly socket: SimulatedServerSocket;
  recordClosing(direction: 'up' | 'down', phase: 'sent' | 'delivered', code: number): void;
  /** Behind everything that was sent before. */
  passUp(arrive: () => void): void;
  passDown(arrive: () => void): void;
  /** The client hears that the node closes, and has to answer. */
  answerAtClient(ending: Ending): void;
  closeClient(ending: Ending): void;
  /** In an event of the node's own. */
  closeNode(ending: Ending): void;
}

const BROKEN: Ending = { code: 1006, reason: '' };

export class ClosingHandshake {
  readonly #wire: ClosingWire;
  #heardByNode: Ending | null = null;
  #heardByClient: Ending | null = null;
  #hasClientSent = false;

  constructor(wire: ClosingWire) {
    this.#wire = wire;
  }

  /** What the node is told when the connection ends now: what the client's closing frame said, if it came. */
  get endingAtNode(): Ending {
    return this.#heardByNode ?? BROKEN;
  }

  get endingAtClient(): Ending {
    return this.#heardByClient ?? BROKEN;
  }

  /** The node's closing frame goes out. */
  sendFromNode(ending: Ending): void {
    const wire = this.#wire;
    wire.recordClosing('down', 'sent', ending.code);
    wire.passDown(() => {
      wire.recordClosing('down', 'delivered', ending.code);
      this.#heardByClient = ending;
      if (this.#hasClientSent) this.#endHalfOfClient();
      else wire.answerAtClient(ending);
    });
  }

  /** The client's closing frame goes out. As an answer it has the end of the client's half right behind it. */
  sendFromClient(ending: Ending): void {
    const wire = this.#wire;
    const isAnswer = this.#heardByClient !== null;
    this.#hasClientSent = true;
    wire.recordClosing('up', 'sent', ending.code);
    wire.passUp(() => {
      wire.recordClosing('up', 'delivered', ending.code);
      this.#heardByNode = ending;
      const answer = wire.socket.beginClosing() ? null : ending;
      wire.passDown(() => this.#halfOfNodeEnded(answer));
      if (isAnswer) wire.closeNode(ending);
    });
  }

  /** The client sees the node's half end, behind the node's answer if that is what it waits for. */
  #halfOfNodeEnded(answer: Ending | null): void {
    if (this.#heardByClient === null) {
      this.#heardByClient = answer;
      this.#endHalfOfClient();
    }
    this.#wire.closeClient(this.endingAtClient);
  }

  #endHalfOfClient(): void {
    this.#wire.passUp(() => this.#wire.closeNode(this.endingAtNode));
  }
}
