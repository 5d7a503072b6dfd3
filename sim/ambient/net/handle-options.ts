/**
 * The methods of a TCP handle that have no effect here: options of the operating system's socket,
 * and numbers for `async_hooks`. Each must exist, because a native one would be inherited.
 */
import { tcpPrototype } from './stream-base.ts';

export abstract class HandleOptions {
  readonly fd = -1;
  /** False: the parser of `node:http` is to read from the socket, and not from the handle. */
  readonly isStreamBase = false;
  readonly _externalStream = undefined;

  setNoDelay(): number {
    return 0;
  }

  setKeepAlive(): number {
    return 0;
  }

  setBlocking(): number {
    return 0;
  }

  setTypeOfService(): number {
    return 0;
  }

  getTypeOfService(): number {
    return 0;
  }

  /** Everything that has arrived is passed on at once. */
  hasPendingRead(): boolean {
    return false;
  }

  getAsyncId(): number {
    return 0;
  }

  /** Called when an agent uses a connection again. */
  asyncReset(): void {}

  getProviderType(): number {
    return 0;
  }
}

// `node:net` tests handles by the class of its native ones.
Object.setPrototypeOf(HandleOptions.prototype, tcpPrototype());
