/**
 * Records of what travels on a TCP connection: HTTP requests and responses, upgrades, and WebSocket
 * frames, read from the bytes. A connection that carries something else has none.
 *
 * Everything is read twice: when it is sent, and when it is delivered. Frames have the same records
 * as on the level of whole frames, so that one property judges a gateway on either. For the same
 * reason bytes count as sent within the event that writes them, before they leave in a burst: a
 * property may compare them with what else the process did in that event.
 */
import type { FrameRecord, HttpRecord } from '../../kernel/record.ts';
import type { Recorder } from '../../kernel/recorder.ts';
import { shownAs } from '../payload.ts';
import { FrameReader } from './frame-reader.ts';
import { type Body, bodyOf, HttpReader, type MessageHead } from './http-reader.ts';

interface Wire {
  readonly name: string;
  readonly client: string;
  readonly node: string;
}

type Phase = HttpRecord['phase'];

export class Evidence {
  readonly #sent: Observer;
  readonly #delivered: Observer;

  constructor(wire: Wire, recorder: Recorder) {
    this.#sent = new Observer(wire, recorder, 'sent');
    this.#delivered = new Observer(wire, recorder, 'delivered');
  }

  sent(direction: 'up' | 'down', bytes: Buffer): void {
    this.#sent.read(direction, bytes);
  }

  delivered(direction: 'up' | 'down', bytes: Buffer): void {
    this.#delivered.read(direction, bytes);
  }

  /** An end has closed. It had a WebSocket connection from the upgrade that it sent or received. */
  closed(side: 'client' | 'node'): void {
    if (side === 'client' ? this.#delivered.isUpgraded : this.#sent.isUpgraded) this.#delivered.closed(side);
  }
}

/** Both directions, as they are sent or as they are delivered. */
class Observer {
  isUpgraded = false;
  /** Codes of the closing frames that have arrived, by the direction that they came from. */
  readonly #codes = { up: 1006, down: 1006 };
  readonly #wire: Wire;
  readonly #recorder: Recorder;
  readonly #phase: Phase;
  readonly #up: HttpReader;
  readonly #down: HttpReader;
  /** The requests that have no final response yet. */
  readonly #requests: { readonly method: string; readonly isUpgrade: boolean; readonly protocols: string }[] = [];

  constructor(wire: Wire, recorder: Recorder, phase: Phase) {
    this.#wire = wire;
    this.#recorder = recorder;
    this.#phase = phase;
    const up = new FrameReader((frame) => this.#onFrame('up', frame));
    const down = new FrameReader((frame) => this.#onFrame('down', frame));
    this.#up = new HttpReader(
      (head) => this.#onRequest(head),
      (bytes) => up.push(bytes),
    );
    this.#down = new HttpReader(
      (head) => this.#onResponse(head),
      (bytes) => down.push(bytes),
    );
  }

  read(direction: 'up' | 'down', bytes: Buffer): void {
    if (direction === 'up') this.#up.push(bytes);
    else this.#down.push(bytes);
  }

  /** The record of a socket that has closed, with the code of the frame that it received. */
  closed(side: 'client' | 'node'): void {
    const [direction, code] =
      side === 'client' ? (['down', this.#codes.down] as const) : (['up', this.#codes.up] as const);
    this.#recorder.frame(this.#wire, direction, 'close', 'down', '', code);
  }

  #onRequest({ line, headers }: MessageHead): Body {
    const [method = '', target = ''] = line.split(' ');
    const path = target.split('?', 1)[0] ?? '';
    const isUpgrade = headers.get('upgrade')?.toLowerCase() === 'websocket';
    const protocols = headers.get('sec-websocket-protocol') ?? '';
    this.#requests.push({ method, isUpgrade, protocols });
    this.#recorder.http(this.#wire, 'up', this.#phase, { method, path, status: 0 });
    if (!isUpgrade) return bodyOf(headers, 0);
    this.#recorder.frame(this.#wire, 'up', 'open', this.#phase, protocols);
    // What follows are frames, if the node agrees; a client sends nothing before it knows.
    return 'upgraded';
  }

  #onResponse({ line, headers }: MessageHead): Body {
    const status = Number(line.split(' ')[1]) || 0;
    const request = this.#requests[0];
    this.#recorder.http(this.#wire, 'down', this.#phase, { method: request?.method ?? '', path: '', status });
    if (status === 101) {
      this.isUpgraded = true;
      this.#recorder.frame(this.#wire, 'down', 'open', this.#phase, headers.get('sec-websocket-protocol') ?? '');
      return 'upgraded';
    }
    if (status >= 100 && status < 200) return 0;
    this.#requests.shift();
    if (request?.isUpgrade === true) this.#recorder.frame(this.#wire, 'up', 'open', 'refused', request.protocols);
    if (request?.method === 'HEAD' || status === 204 || status === 304) return 0;
    return bodyOf(headers, 'rest');
  }

  #onFrame(
    direction: 'up' | 'down',
    { kind, payload, code }: { kind: FrameRecord['kind']; payload: string | Buffer; code: number },
  ): void {
    if (kind === 'close') this.#codes[direction] = code;
    const isData = kind === 'text' || kind === 'binary';
    this.#recorder.frame(this.#wire, direction, kind, this.#phase, isData ? shownAs(payload) : '', code);
  }
}
