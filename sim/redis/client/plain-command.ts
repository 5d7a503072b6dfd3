/**
 * A command in its plainest form, with texts and numbers and no more: what most calls are.
 * ioredis's own takes every form there is, and as long as the rest of a step for it.
 */
import { type Command, CommandClass } from './ioredis-parts.ts';

type Plain = string | number;

export class PlainCommand implements Command {
  readonly name: string;
  readonly args: string[];
  readonly replyEncoding = 'utf8';
  readonly inTransaction = false;
  readonly promise: Promise<unknown>;
  declare resolve: (value: unknown) => void;
  declare reject: (error: Error) => void;
  declare toWritable: Command['toWritable'];

  constructor(name: string, args: readonly Plain[]) {
    this.name = name;
    this.args = args.map(String);
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}
PlainCommand.prototype.toWritable = CommandClass.prototype.toWritable;

function arePlain(parameters: readonly unknown[]): parameters is readonly Plain[] {
  return parameters.every((one) => typeof one === 'string' || typeof one === 'number');
}

interface Client {
  readonly options: { readonly keyPrefix?: string | undefined; readonly showFriendlyErrorStack?: boolean | undefined };
  sendCommand(command: Command): Promise<unknown>;
}

/** Its reply is made something else of. */
const TRANSFORMED = new Set(['hgetall']);

/** The methods of a prototype for commands, with a short way for plain calls. */
export function withShortcuts(
  names: readonly string[],
  prototype: Readonly<Record<string, unknown>>,
): PropertyDescriptorMap {
  const shortcuts: PropertyDescriptorMap = {};
  for (const name of names) {
    const long = prototype[name];
    if (typeof long !== 'function' || TRANSFORMED.has(name)) continue;
    shortcuts[name] = {
      value(this: Client, ...parameters: unknown[]): unknown {
        const { keyPrefix, showFriendlyErrorStack } = this.options;
        const isPlain = (keyPrefix ?? '') === '' && showFriendlyErrorStack !== true && arePlain(parameters);
        return isPlain
          ? this.sendCommand(new PlainCommand(name, parameters))
          : (long as (...all: unknown[]) => unknown).apply(this, parameters);
      },
      writable: true,
      configurable: true,
    };
  }
  return shortcuts;
}
