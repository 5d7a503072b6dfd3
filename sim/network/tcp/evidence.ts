/**
 * Records of what travels on a TCP connection: HTTP requests and responses, upgrades, and WebSocket
 * frames, read from the bytes. A connection that carries something else has none.
 *
 * Bytes are read when they are sent. What they contain is recorded then, and again when its last
 * byte is delivered. Frames have the same records as on the level of whole frames, so that one
 * property judges a gateway on either. For the same reason bytes count as sent within the event
 * that writes them, before they leave in a burst: a property may compare them with what else the
 * process did in that event.
 */
import { Fifo } from '../../kernel/fifo.ts';
import type { HttpRecord } from '../../kernel/record.ts';
import type { Recorder } from '../../kernel/recorder.ts';
import { shownAs } from '../payload.ts';
import { FrameReader, type ReadFrame } from './frame-reader.ts';
import { type Body, bodyOf, HttpReader, type MessageHead } from './http-reader.ts';

interface Wire {
  readonly name: string;
  readonly client: string;
  readonly node: string;
}

type Direction = 'up' | 'down';
type Phase = HttpRecord['phase'];
type Note = (phase: Phase) => void;

interface Request {
  readonly method: string;
  readonly isUpgrade: boolean;
  readonly protocols: string;
}

/** Without a closing frame. */
const BROKEN = { code: 1006, reason: '' };

export class Evidence {
  readonly #wire: Wire;
  readonly #recorder: Recorder;
  readonly #streams: Readonly<Record<Direction, Stream>>;
  /** The requests that have no final response yet. */
  readonly #requests: Request[] = [];
  /** Ends that have a WebSocket connection: the node when it sent the upgrade, then the client. */
  readonly #upgraded = { node: false, client: false };
  /** What the closing frames said that have arrived, by the direction that they came from. */
  readonly #endings = { up: BROKEN, down: BROKEN };

  constructor(wire: Wire, recorder: Recorder) {
    this.#wire = wire;
    this.#recorder = recorder;
    this.#streams = {
      up: new Stream(
        (head) => this.#request(head),
        (frame) => this.#frame('up', frame),
      ),
      down: new Stream(
        (head) => this.#response(head),
        (frame) => this.#frame('down', frame),
      ),
    };
  }

  /** The node has sent the upgrade: from there on, it sends frames. */
  get isUpgraded(): boolean {
    return this.#upgraded.node;
  }

  sent(direction: Direction, bytes: Buffer): void {
    this.#streams[direction].sent(bytes);
  }

  delivered(direction: Direction, bytes: number): void {
    this.#streams[direction].delivered(bytes);
  }

  /** The record of a socket that has closed, with what the closing frame said that it received. */
  closed(side: 'client' | 'node'): void {
    if (!this.#upgraded[side]) return;
    const direction = side === 'client' ? 'down' : 'up';
    const { code, reason } = this.#endings[direction];
    this.#recorder.frame(this.#wire, direction, 'close', 'down', '', code, reason);
  }

  #request({ line, headers }: MessageHead): { readonly body: Body; readonly note: Note } {
    const [method = '', target = ''] = line.split(' ');
    const path = target.split('?', 1)[0] ?? '';
    const isUpgrade = headers.get('upgrade')?.toLowerCase() === 'websocket';
    const protocols = headers.get('sec-websocket-protocol') ?? '';
    this.#requests.push({ method, isUpgrade, protocols });
    const note: Note = (phase) => {
      this.#recorder.http(this.#wire, 'up', phase, { method, path, status: 0 });
      if (isUpgrade) this.#recorder.frame(this.#wire, 'up', 'open', phase, protocols);
    };
    // Behind an upgrade come frames if the node agrees. The client sends none before the response.
    return { body: isUpgrade ? 'upgraded' : bodyOf(headers, 0), note };
  }

  #response({ line, headers }: MessageHead): { readonly body: Body; readonly note: Note } {
    const status = Number(line.split(' ')[1]) || 0;
    const isFinal = status < 100 || status >= 200;
    const request = isFinal ? this.#requests.shift() : this.#requests[0];
    const isRefusal = isFinal && request?.isUpgrade === true;
    const note: Note = (phase) => {
      this.#recorder.http(this.#wire, 'down', phase, { method: request?.method ?? '', path: '', status });
      if (isRefusal) this.#recorder.frame(this.#wire, 'up', 'open', 'refused', request.protocols);
      if (status !== 101) return;
      this.#upgraded[phase === 'sent' ? 'node' : 'client'] = true;
      this.#recorder.frame(this.#wire, 'down', 'open', phase, headers.get('sec-websocket-protocol') ?? '');
    };
    if (status === 101) return { body: 'upgraded', note };
    const isWithoutBody = !isFinal || request?.method === 'HEAD' || status === 204 || status === 304;
    return { body: isWithoutBody ? 0 : bodyOf(headers, 'rest'), note };
  }

  #frame(direction: Direction, { kind, payload, code }: ReadFrame): Note {
    const text = kind === 'text' || kind === 'binary' ? shownAs(payload) : '';
    const reason = kind === 'close' ? shownAs(payload) : '';
    return (phase) => {
      if (kind === 'close' && phase === 'delivered') this.#endings[direction] = { code, reason };
      this.#recorder.frame(this.#wire, direction, kind, phase, text, code, reason);
    };
  }
}

/** One direction: its messages, each with the number of bytes after which it has arrived. */
class Stream {
  readonly #http: HttpReader;
  readonly #underWay = new Fifo<{ readonly endsAt: number; readonly note: Note }>();
  #sentBytes = 0;
  #deliveredBytes = 0;

  constructor(
    onHead: (head: MessageHead) => { readonly body: Body; readonly note: Note },
    onFrame: (frame: ReadFrame) => Note,
  ) {
    const frames = new FrameReader((frame) => this.#note(onFrame(frame), frames.unreadBytes));
    this.#http = new HttpReader(
      (head) => {
        const { body, note } = onHead(head);
        this.#note(note, this.#http.unreadBytes);
        return body;
      },
      (bytes) => frames.push(bytes),
    );
  }

  sent(bytes: Buffer): void {
    this.#sentBytes += bytes.length;
    this.#http.push(bytes);
  }

  delivered(bytes: number): void {
    this.#deliveredBytes += bytes;
    for (
      let first = this.#underWay.first;
      first !== undefined && first.endsAt <= this.#deliveredBytes;
      first = this.#underWay.first
    ) {
      this.#underWay.take();
      first.note('delivered');
    }
  }

  #note(note: Note, unreadBytes: number): void {
    this.#underWay.push({ endsAt: this.#sentBytes - unreadBytes, note });
    note('sent');
  }
}
