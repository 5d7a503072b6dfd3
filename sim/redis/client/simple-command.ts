/**
 * A fast path for calls whose arguments are all strings and numbers, which most calls are. It
 * creates a small command object instead of the `Command` of ioredis, which accepts every form of
 * argument and takes as long as the rest of a simulation step.
 */
import { type Command, CommandClass } from './ioredis-parts.ts';

type Argument = string | number;

export class SimpleCommand implements Command {
  readonly name: string;
  readonly args: string[];
  readonly replyEncoding = 'utf8';
  readonly inTransaction = false;
  readonly promise: Promise<unknown>;
  declare resolve: (value: unknown) => void;
  declare reject: (error: Error) => void;
  declare toWritable: Command['toWritable'];

  constructor(name: string, args: readonly Argument[]) {
    this.name = name;
    this.args = args.map(String);
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
  }
}
SimpleCommand.prototype.toWritable = CommandClass.prototype.toWritable;

function areSimple(values: readonly unknown[]): values is readonly Argument[] {
  return values.every((value) => typeof value === 'string' || typeof value === 'number');
}

interface Client {
  readonly options: { readonly keyPrefix?: string | undefined; readonly showFriendlyErrorStack?: boolean | undefined };
  sendCommand(command: Command): Promise<unknown>;
}

/** Commands whose replies ioredis converts: they always take the long path. */
const CONVERTED = new Set(['hgetall']);

/** Returns methods for the commands `names` that take the fast path where they can. */
export function withFastPaths(
  names: readonly string[],
  prototype: Readonly<Record<string, unknown>>,
): PropertyDescriptorMap {
  const methods: PropertyDescriptorMap = {};
  for (const name of names) {
    const method = prototype[name];
    if (typeof method !== 'function' || CONVERTED.has(name)) continue;
    methods[name] = {
      value(this: Client, ...values: unknown[]): unknown {
        const { keyPrefix, showFriendlyErrorStack } = this.options;
        return (keyPrefix ?? '') === '' && showFriendlyErrorStack !== true && areSimple(values)
          ? this.sendCommand(new SimpleCommand(name, values))
          : (method as (...all: unknown[]) => unknown).apply(this, values);
      },
      writable: true,
      configurable: true,
    };
  }
  return methods;
}
