/**
 * The part of the EventTarget interface that the WebSocket of `ws` has beside its event emitter:
 * `addEventListener`, `removeEventListener` and the attributes `onopen`, `onmessage`, `onerror`,
 * `onclose`. Each listener is one of the emitter, so both kinds are called in the order of their
 * registration, and both count as listeners.
 */
import { EventEmitter } from 'node:events';
import type {
  SocketCloseEvent,
  SocketErrorEvent,
  SocketEvent,
  SocketEvents,
  SocketListener,
  SocketMessageEvent,
} from '../../system/web-socket-types.ts';

type EventName = keyof SocketEvents;
// `any`, as in the signature of Node's event emitter.
// eslint-disable-next-line @typescript-eslint/no-explicit-any
type Emitted = (...values: any[]) => void;

/** The handler that a listener of the emitter calls. */
interface Registration {
  readonly handler: unknown;
  /** Whether it was assigned to an attribute such as `onmessage`. */
  readonly isAttribute: boolean;
}

/** Whether both closing frames have been exchanged. Not a name, so that code does not see it. */
export const WAS_CLEAN = Symbol('was clean');

const registrations = new WeakMap<Emitted, Registration>();

/** Properties are read-only accessors, as in `ws`. */
class SocketEventBase implements SocketEvent {
  readonly #type: string;
  readonly #target: EventTargetSocket;

  constructor(type: string, target: EventTargetSocket) {
    this.#type = type;
    this.#target = target;
  }

  get target(): EventTargetSocket {
    return this.#target;
  }

  get type(): string {
    return this.#type;
  }
}

class MessageEvent extends SocketEventBase implements SocketMessageEvent {
  readonly #data: unknown;

  constructor(target: EventTargetSocket, data: unknown) {
    super('message', target);
    this.#data = data;
  }

  // `any`, as in @types/ws: the type follows from `binaryType`.
  // eslint-disable-next-line @typescript-eslint/no-explicit-any
  get data(): any {
    return this.#data;
  }
}

class CloseEvent extends SocketEventBase implements SocketCloseEvent {
  readonly #ending: { readonly code: number; readonly reason: string; readonly wasClean: boolean };

  constructor(target: EventTargetSocket, ending: { code: number; reason: string; wasClean: boolean }) {
    super('close', target);
    this.#ending = ending;
  }

  get code(): number {
    return this.#ending.code;
  }

  get reason(): string {
    return this.#ending.reason;
  }

  get wasClean(): boolean {
    return this.#ending.wasClean;
  }
}

class ErrorEvent extends SocketEventBase implements SocketErrorEvent {
  readonly #error: Error;

  constructor(target: EventTargetSocket, error: Error) {
    super('error', target);
    this.#error = error;
  }

  get error(): Error {
    return this.#error;
  }

  get message(): string {
    return this.#error.message;
  }
}

export abstract class EventTargetSocket extends EventEmitter {
  abstract get [WAS_CLEAN](): boolean;

  get onopen(): SocketListener<'open'> | null {
    return this.#attribute('open');
  }

  set onopen(handler: SocketListener<'open'> | null) {
    this.#assign('open', handler);
  }

  get onmessage(): SocketListener<'message'> | null {
    return this.#attribute('message');
  }

  set onmessage(handler: SocketListener<'message'> | null) {
    this.#assign('message', handler);
  }

  get onerror(): SocketListener<'error'> | null {
    return this.#attribute('error');
  }

  set onerror(handler: SocketListener<'error'> | null) {
    this.#assign('error', handler);
  }

  get onclose(): SocketListener<'close'> | null {
    return this.#attribute('close');
  }

  set onclose(handler: SocketListener<'close'> | null) {
    this.#assign('close', handler);
  }

  /** Does nothing for other events, and for a handler that listens already. */
  addEventListener<Type extends EventName>(
    type: Type,
    handler: SocketListener<Type> | { handleEvent(event: SocketEvents[Type]): void },
    options: { readonly once?: boolean } = {},
  ): void {
    if (this.#find(type, (registration) => registration.handler === handler && !registration.isAttribute) !== null)
      return;
    this.#listen(type, { handler, isAttribute: false }, options.once === true);
  }

  removeEventListener<Type extends EventName>(
    type: Type,
    handler: SocketListener<Type> | { handleEvent(event: SocketEvents[Type]): void },
  ): void {
    const listener = this.#find(type, (registration) => registration.handler === handler && !registration.isAttribute);
    if (listener !== null) this.removeListener(type, listener);
  }

  #attribute<Type extends EventName>(type: Type): SocketListener<Type> | null {
    const listener = this.#find(type, ({ isAttribute }) => isAttribute);
    return listener === null ? null : (registrations.get(listener)?.handler as SocketListener<Type>);
  }

  #assign(type: EventName, handler: unknown): void {
    const previous = this.#find(type, ({ isAttribute }) => isAttribute);
    if (previous !== null) this.removeListener(type, previous);
    if (typeof handler === 'function') this.#listen(type, { handler, isAttribute: true }, false);
  }

  #find(type: string, fits: (registration: Registration) => boolean): Emitted | null {
    for (const listener of this.listeners(type) as Emitted[]) {
      const registration = registrations.get(listener);
      if (registration !== undefined && fits(registration)) return listener;
    }
    return null;
  }

  #listen(type: EventName, registration: Registration, once: boolean): void {
    const { handler } = registration;
    const listener = this.#listenerOf(type, (event) => {
      if (typeof handler === 'object' && handler !== null && 'handleEvent' in handler)
        (handler as { handleEvent(event: SocketEvent): void }).handleEvent(event);
      else (handler as (this: EventTargetSocket, event: SocketEvent) => void).call(this, event);
    });
    if (listener === null) return;
    registrations.set(listener, registration);
    if (once) this.once(type, listener);
    else this.on(type, listener);
  }

  /** The listener of the emitter that makes an event of what is emitted. */
  #listenerOf(type: EventName, call: (event: SocketEvent) => void): Emitted | null {
    switch (type) {
      case 'open':
        return () => call(new SocketEventBase('open', this));
      case 'message':
        return (data: object, isBinary: boolean) => call(new MessageEvent(this, isBinary ? data : String(data)));
      case 'error':
        return (error: Error) => call(new ErrorEvent(this, error));
      case 'close':
        return (code: number, reason: Buffer) =>
          call(new CloseEvent(this, { code, reason: reason.toString(), wasClean: this[WAS_CLEAN] }));
      default:
        return null;
    }
  }
}
