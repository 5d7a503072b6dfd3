/** `scanStream`, `hscanStream` and their like, for a client's prototype. */
import { ScanStream } from './ioredis-parts.ts';

function stream(command: string, hasKey: boolean): PropertyDescriptor {
  return {
    value(this: object, ...given: readonly unknown[]) {
      const [key, options] = hasKey ? given : [undefined, given[0]];
      return new ScanStream({ objectMode: true, key, redis: this, command, ...(options as object) });
    },
    writable: true,
    configurable: true,
  };
}

export function scanStreams(): PropertyDescriptorMap {
  const streams: PropertyDescriptorMap = {};
  for (const command of ['scan', 'sscan', 'hscan', 'zscan']) {
    streams[`${command}Stream`] = stream(command, command !== 'scan');
    streams[`${command}BufferStream`] = stream(`${command}Buffer`, command !== 'scan');
  }
  return streams;
}
