/**
 * The options of a simulated WebSocketServer: those of `ws` that decide on requests and on the end
 * of connections have their effect, those that cannot matter to whole frames have none, and the
 * others are refused by name. As in `ws`, they may change while the server runs.
 */
import type { WebSocketServerOptions } from '../../system/web-socket-types.ts';
import type { Refuse } from '../../system/refused-members.ts';

/** As the options of a running server: all of them, with the defaults of `ws`. */
export interface ServerOptions extends WebSocketServerOptions {
  clientTracking: boolean;
  closeTimeout: number;
}

const DEFAULTS = {
  handleProtocols: null,
  verifyClient: null,
  path: null,
  clientTracking: true,
  closeTimeout: 30_000,
} as const;

/** Options that change what whole frames do not show, with the value that they have here. */
const FIXED: Readonly<Record<string, unknown>> = {
  allowSynchronousEvents: true,
  autoPong: true,
  backlog: null,
  host: null,
  maxBufferedChunks: 256 * 1024,
  maxFragments: 16 * 1024,
  maxPayload: 100 * 1024 * 1024,
  maxPendingAutoPongs: 60,
  noServer: false,
  perMessageDeflate: false,
  port: null,
  server: null,
  skipUTF8Validation: false,
  WebSocket: undefined,
};

/** Have no effect on connections whose clients send no pings, no fragments and only valid text. */
const WITHOUT_EFFECT = new Set([
  'autoPong',
  'maxBufferedChunks',
  'maxFragments',
  'maxPendingAutoPongs',
  'skipUTF8Validation',
]);

/** Every option of `ws`. */
export const SERVER_OPTIONS: readonly string[] = [...Object.keys(DEFAULTS), ...Object.keys(FIXED)];

export function serverOptions(given: WebSocketServerOptions, refuse: Refuse): ServerOptions {
  const validate = (name: PropertyKey, value: unknown): void => {
    if (typeof name !== 'string' || !(name in FIXED) || WITHOUT_EFFECT.has(name)) return;
    if ((value ?? null) === (FIXED[name] ?? null)) return;
    refuse(`WebSocketServer with the option ${name}`);
  };
  for (const [name, value] of Object.entries(given)) validate(name, value);
  const options = { ...FIXED, ...DEFAULTS, ...given } as ServerOptions;
  return new Proxy(options, {
    set(target, name, value) {
      validate(name, value);
      return Reflect.set(target, name, value);
    },
  });
}
