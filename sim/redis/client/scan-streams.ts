/** `scanStream`, `hscanStream` and the like, as methods for a client's prototype. */
import { ScanStream } from './ioredis-parts.ts';

function method(command: string, hasKey: boolean): PropertyDescriptor {
  return {
    value(this: object, ...parameters: readonly unknown[]) {
      const [key, options] = hasKey ? parameters : [undefined, parameters[0]];
      return new ScanStream({ objectMode: true, key, redis: this, command, ...(options as object) });
    },
    writable: true,
    configurable: true,
  };
}

export function scanStreams(): PropertyDescriptorMap {
  const methods: PropertyDescriptorMap = {};
  for (const command of ['scan', 'sscan', 'hscan', 'zscan']) {
    methods[`${command}Stream`] = method(command, command !== 'scan');
    methods[`${command}BufferStream`] = method(`${command}Buffer`, command !== 'scan');
  }
  return methods;
}
