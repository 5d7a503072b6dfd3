/**
 * The records of a run: a closed union, each with its step and its virtual time.
 *
 * A record contains no text of the JavaScript engine, no stack, no source position and nothing of
 * the environment, so that a run has the same records on every machine and Node version. Records
 * are evidence, except `probe`, which is the system's testimony about itself.
 */

/** Fields of a probe record, by name. */
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
   * On `begin`: the arguments in the plan. Not part of the digest; absent if there are none.
   */
  readonly arguments?: Readonly<Record<string, unknown>>;
  /**
   * On `begin`: the values that the operation draws by name, as plain JSON. Added while it runs, so
   * not part of the digest; absent until there is one.
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
   * `lost`: it never arrives. `refused` (only for `open`): the node does not listen. `down` (only
   * for `close`): the socket at this end has closed, with or without a closing handshake.
   */
  readonly phase: 'sent' | 'delivered' | 'lost' | 'refused' | 'down';
  /**
   * For a binary frame, its bytes as hexadecimal digits. After 4,096 bytes it ends in `…`, the
   * number of bytes and a hash of all of them.
   */
  readonly text: string;
  /** The close code; 0 for other kinds. */
  readonly code: number;
  /** The close reason. Not part of the digest; absent if it is empty. */
  readonly reason?: string;
}

/** The head of an HTTP request (`up`) or response. Bodies have no records. */
export interface HttpRecord extends Stamp {
  readonly type: 'http';
  /** `client-3#1`: the first connection of client-3. */
  readonly link: string;
  readonly client: string;
  readonly node: string;
  readonly direction: 'up' | 'down';
  readonly phase: 'sent' | 'delivered';
  readonly method: string;
  /** Of a request, without its query, which may hold a secret; empty for a response. */
  readonly path: string;
  /** 0 for a request. */
  readonly status: number;
}

/**
 * A Redis command of a node. `applied` happens at the server, all other phases at the client.
 *
 * `delivered`: a message of the channel `key` reached the client, as the push `command`. Only in
 * detailed runs: it is not part of the digest, and no property observes it.
 */
export interface CommandRecord extends Stamp {
  readonly type: 'command';
  readonly node: string;
  readonly connection: string;
  readonly command: string;
  readonly key: string;
  readonly phase: 'sent' | 'applied' | 'lost' | 'reply' | 'error' | 'delivered';
  /** The error's first word, or the size of the reply; never a value. */
  readonly detail: string;
  /** Counts the commands of a run, and connects the phases of one command; 0 for a message. */
  readonly number: number;
}

/** A connection of a node to Redis, as the server sees it. */
export interface RedisRecord extends Stamp {
  readonly type: 'redis';
  readonly node: string;
  /** `node-1.1.redis-1#2`: the second connection of the first client of node-1's first process. */
  readonly connection: string;
  /** `ready`: the server has answered a command without an error. */
  readonly phase: 'opened' | 'refused' | 'ready' | 'closed';
  /** Which end closed it, or `network`; empty for other phases. */
  readonly by: 'client' | 'server' | 'network' | '';
}

export interface TimerRecord extends Stamp {
  readonly type: 'timer';
  readonly node: string;
  readonly label: string;
  readonly owner: string;
  readonly phase: 'started' | 'fired' | 'cancelled';
  /**
   * Who started a timer of existing code, such as `join in server.ts`. Only in detailed runs, and
   * not part of the digest.
   */
  readonly place?: string;
}

export interface NodeRecord extends Stamp {
  readonly type: 'node';
  readonly node: string;
  readonly process: number;
  readonly phase: 'started' | 'ready' | 'stopped' | 'crashed';
  /** Set when the process runs the other version of its system. */
  readonly version?: 'other';
  /** Who killed the process and why, such as `node-crash (fault-1)`. Absent unless a fault did. */
  readonly reason?: string;
  /** How the process ended. Absent if it runs no main module and was ended from outside. */
  readonly exit?: ProcessExitFields;
}

/** The end of a process. */
export interface ProcessExitFields {
  /** As a shell shows it: 128 and the signal's number if a signal killed the process. */
  readonly code: number;
  /** The signal that killed it, such as `SIGTERM`; else empty. */
  readonly signal: string;
  /** `outside`: a fault or a deployment sent the signal that killed it. */
  readonly by: 'itself' | 'outside';
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

/**
 * Testimony of a system. Names that begin with `sim.` are reserved for the simulator's own
 * evidence.
 */
export interface ProbeRecord extends Stamp {
  readonly type: 'probe';
  readonly node: string;
  readonly process: number;
  readonly name: string;
  readonly fields: Fields;
}

export type RunRecord =
  | OperationRecord
  | FrameRecord
  | HttpRecord
  | CommandRecord
  | RedisRecord
  | TimerRecord
  | NodeRecord
  | FaultRecord
  | ProbeRecord;

/** A record before it is stamped. */
export type Unstamped<R extends RunRecord = RunRecord> = R extends RunRecord ? Omit<R, keyof Stamp> : never;

/** Lists each type once: the compiler reports one that is missing. */
const EACH_TYPE = {
  operation: true,
  frame: true,
  http: true,
  redis: true,
  command: true,
  timer: true,
  node: true,
  fault: true,
  probe: true,
} satisfies Record<RunRecord['type'], true>;

export const RECORD_TYPES = Object.keys(EACH_TYPE) as readonly RunRecord['type'][];
