/**
 * Client libraries that speak to nodes over simulated sockets, for actors. They become part of the
 * bundle of every scenario, so that they are evaluated under simulation.
 */
import { WebSocket } from 'ws';
import type { ClientLibraries } from './network/client-libraries.ts';

export const clientLibraries: ClientLibraries = { WebSocket };
