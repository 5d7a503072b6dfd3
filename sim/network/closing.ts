/**
 * The closing handshake of a connection, as in WebSocket over TCP (RFC 6455, section 7).
 *
 * Each end sends one closing frame, either to begin or in answer to the other's. An end that has
 * sent its own and received the other's ends its half of the TCP connection. It is closed when the
 * other half has ended too. Until then it is closing, and cannot send. Each end reports the code
 * that the other sent: if both begin at once, the two codes differ.
 */
import { SimulatedServerSocket } from './server/server-socket.ts';

export interface Ending {
  readonly code: number;
  readonly reason: string;
}

/** The connection, as the handshake sees it. */
export interface ClosingWire {
  readonly socket: SimulatedServerSocket;
  recordClosing(direction: 'up' | 'down', phase: 'sent' | 'delivered', ending: Ending): void;
  /** Calls `arrive` at the node, behind everything sent before. */
  passUp(arrive: () => void): void;
  /** Calls `arrive` at the client, behind everything sent before. */
  passDown(arrive: () => void): void;
  /** The node's closing frame has arrived at the client, which must answer it. */
  answerAtClient(ending: Ending): void;
  closeClient(ending: Ending): void;
  /** Closes the node's end, in a separate event of the node. */
  closeNode(ending: Ending): void;
}

const BROKEN: Ending = { code: 1006, reason: '' };

export class ClosingHandshake {
  readonly #wire: ClosingWire;
  #receivedByNode: Ending | null = null;
  #receivedByClient: Ending | null = null;
  #hasClientSent = false;

  constructor(wire: ClosingWire) {
    this.#wire = wire;
  }

  /** The code that the node reports if the connection ends now. */
  get endingAtNode(): Ending {
    return this.#receivedByNode ?? BROKEN;
  }

  get endingAtClient(): Ending {
    return this.#receivedByClient ?? BROKEN;
  }

  /** Sends the node's closing frame. */
  sendFromNode(ending: Ending): void {
    const wire = this.#wire;
    wire.recordClosing('down', 'sent', ending);
    wire.passDown(() => {
      wire.recordClosing('down', 'delivered', ending);
      this.#receivedByClient = ending;
      if (this.#hasClientSent) this.#endHalfOfClient();
      else wire.answerAtClient(ending);
    });
  }

  /**
   * Sends the client's closing frame. If it is an answer, the end of the client's half follows at
   * once.
   */
  sendFromClient(ending: Ending): void {
    const wire = this.#wire;
    const isAnswer = this.#receivedByClient !== null;
    this.#hasClientSent = true;
    wire.recordClosing('up', 'sent', ending);
    wire.passUp(() => {
      wire.recordClosing('up', 'delivered', ending);
      this.#receivedByNode = ending;
      const answer = SimulatedServerSocket.beginClosing(wire.socket) ? null : ending;
      wire.passDown(() => this.#halfOfNodeEnded(answer));
      if (isAnswer) wire.closeNode(ending);
    });
  }

  /** The node's half has ended; `answer` is its closing frame, if the client waits for one. */
  #halfOfNodeEnded(answer: Ending | null): void {
    if (this.#receivedByClient === null) {
      this.#receivedByClient = answer;
      this.#endHalfOfClient();
    }
    this.#wire.closeClient(this.endingAtClient);
  }

  #endHalfOfClient(): void {
    this.#wire.passUp(() => this.#wire.closeNode(this.endingAtNode));
  }
}
