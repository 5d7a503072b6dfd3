/** A simulated global of a host, with the type of the ambient name. */
import type { AmbientHost } from '../../system/image.ts';
import { createGlobals, type GlobalName } from '../globals.ts';

type Ambient<Name> = Name extends keyof typeof globalThis ? (typeof globalThis)[Name] : unknown;

export function simulatedGlobal<Name extends GlobalName>(host: AmbientHost, name: Name): Ambient<Name> {
  return createGlobals(host, { watchTables: true, asyncContext: { used: false } }).get(name) as Ambient<Name>;
}
