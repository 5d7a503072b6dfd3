/**
 * What a run leaves behind: a closed, generic union of records, each with the step and the virtual time it was made at.
 *
 * No text made by the JavaScript engine, no stack, no source position and nothing of the environment enters a record, so that
 * the same run gives the same records on every machine and every Node version. Records are evidence, but for `probe`, which is
 * what the system says of itself.
 */

/** What a system says of an event, by name. */
export type Fields = Readonly<Record<string, string | number | boolean>>;

interface Stamp {
  readonly step: number;
  readonly atMs: number;
}

/** An operation of an actor. `unknown`: it may or may not have taken effect. */
export interface OperationRecord extends Stamp {
  readonly type: 'operation';
  readonly id: string;
  readonly actor: string;
  readonly name: string;
  readonly phase: 'begin' | 'ok' | 'fail' | 'unknown';
  readonly detail: string;
  /**
   * On `begin`: the values that the operation draws by name, as plain JSON. Added while it runs, so not part of the
   * digest; absent until there is one.
   */
  drawn?: Record<string, unknown>;
}

/** Something on the wire between a client and a node. `up` leads to the node. */
export interface FrameRecord extends Stamp {
  readonly type: 'frame';
  /** `client-3#1`: the first connection of client-3. */
  readonly link: string;
  readonly client: string;
  readonly node: string;
  readonly direction: 'up' | 'down';
  readonly kind: 'open' | 'text' | 'binary' | 'ping' | 'pong' | 'close';
  /**
   * `sent` and `delivered` are told apart; `lost` never arrives; `refused` (open only) found nobody listening; `down` (close only):
   * this end's socket has closed, with or without a closing handshake.
   */
  readonly phase: 'sent' | 'delivered' | 'lost' | 'refused' | 'down';
  /** Of a binary frame its bytes as hexadecimal digits; beyond 4,096 of them it ends in `…`, their number and a hash over all. */
  readonly text: string;
  /** Close code; 0 for everything else. */
  readonly code: number;
}

/** A Redis command of a node. `applied` happens at the server, everything else at the client. */
export interface CommandRecord extends Stamp {
  readonly type: 'command';
  readonly node: string;
  readonly connection: string;
  readonly command: string;
  readonly key: string;
  readonly phase: 'sent' | 'applied' | 'lost' | 'reply' | 'error';
  /** The error's first word, or the sizes of what came back; never a value. */
  readonly detail: string;
  /** Counts the commands of a run; ties the phases of one command together. */
  readonly number: number;
}

export interface TimerRecord extends Stamp {
  readonly type: 'timer';
  readonly node: string;
  readonly label: string;
  readonly owner: string;
  readonly phase: 'started' | 'fired' | 'cancelled';
}

export interface NodeRecord extends Stamp {
  readonly type: 'node';
  readonly node: string;
  readonly process: number;
  readonly phase: 'started' | 'ready' | 'stopped' | 'crashed';
  /** Set when the process runs the other version of its system. */
  readonly version?: 'other';
}

/** `kind` is a fault's kind, or one of the phases of a run: `heal`, `settled`, `left`. */
export interface FaultRecord extends Stamp {
  readonly type: 'fault';
  readonly id: string;
  readonly kind: string;
  readonly target: string;
  readonly phase: 'begun' | 'hit' | 'ended';
  readonly detail: string;
}

/** Testimony, but for names that begin with `sim.`, which the simulator keeps for what it sees by itself. */
export interface ProbeRecord extends Stamp {
  readonly type: 'probe';
  readonly node: string;
  readonly process: number;
  readonly name: string;
  readonly fields: Fields;
}

export type RunRecord =
  OperationRecord | FrameRecord | CommandRecord | TimerRecord | NodeRecord | FaultRecord | ProbeRecord;

/** A record before it is stamped. */
export type Unstamped<R extends RunRecord = RunRecord> = R extends RunRecord ? Omit<R, keyof Stamp> : never;

/** All of them: whoever forgets one here is told by the compiler. */
const EACH_TYPE = {
  operation: true,
  frame: true,
  command: true,
  timer: true,
  node: true,
  fault: true,
  probe: true,
} satisfies Record<RunRecord['type'], true>;

export const RECORD_TYPES = Object.keys(EACH_TYPE) as readonly RunRecord['type'][];
