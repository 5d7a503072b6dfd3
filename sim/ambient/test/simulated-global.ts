/** A shadow of a host, with the type that the ambient name has. */
import type { ShadowHost } from '../../system/image.ts';
import { createShadows, type ShadowName } from '../globals.ts';

type Ambient<Name> = Name extends keyof typeof globalThis ? (typeof globalThis)[Name] : unknown;

export function shadowOf<Name extends ShadowName>(host: ShadowHost, name: Name): Ambient<Name> {
  return createShadows(host, { watchTables: true, asyncContext: { used: false } }).get(name) as Ambient<Name>;
}
