/**
 * The package ioredis as a system would load it, for a world of a test: its sockets are the
 * simulator's.
 */
import type { Redis } from 'ioredis';
import type { AmbientHost } from '../../system/image.ts';
import { Project, startProcess } from './project.ts';

const system = `
import { Redis } from 'ioredis';
export const start = () => ({ Redis });
`;

export interface Wire {
  /** The class, for what runs on this host. */
  load(host: AmbientHost): Promise<typeof Redis>;
}

export async function loadWire(): Promise<Wire> {
  let current: AmbientHost | null = null;
  const project = new Project({ 'system.ts': system }, ['ioredis']);
  const image = await project.image(() => current);
  project.remove();
  return {
    load: async (host) => {
      current = host;
      return ((await startProcess(image, host)) as { Redis: typeof Redis }).Redis;
    },
  };
}
