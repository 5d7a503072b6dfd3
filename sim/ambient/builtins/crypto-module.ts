/**
 * `node:crypto`. Functions that only compute are passed through. Random values come from the host.
 * Functions that work on the thread pool, or draw random values themselves (new keys, encryption
 * with a public key), throw.
 *
 * Not controlled: signatures with EC, DSA and PSS keys, and padding of private-key encryption,
 * differ each time. Use HMAC instead.
 */
import crypto from 'node:crypto';
import type { AmbientHost } from '../../system/image.ts';
import type { Guard } from '../guard.ts';
import { fillRandom, randomInteger, randomUuid } from '../random.ts';
import { moduleProxy, type ModuleExports } from './module-proxy.ts';

const PASSED = [
  'Certificate',
  'Cipheriv',
  'Decipheriv',
  'Hash',
  'Hmac',
  'KeyObject',
  'Sign',
  'Verify',
  'X509Certificate',
  'constants',
  'createCipheriv',
  'createDecipheriv',
  'createHash',
  'createHmac',
  'createPrivateKey',
  'createPublicKey',
  'createSecretKey',
  'createSign',
  'createVerify',
  'getCipherInfo',
  'getCiphers',
  'getCurves',
  'getFips',
  'getHashes',
  'hash',
  'hkdfSync',
  'pbkdf2Sync',
  'privateDecrypt',
  'privateEncrypt',
  'publicDecrypt',
  'scryptSync',
  'timingSafeEqual',
];

type Callback = (error: Error | null, value?: unknown) => void;

export function createCryptoModule(host: AmbientHost, guard: Guard, webcrypto: unknown): ModuleExports {
  /**
   * Without a callback, returns the result. With one, calls it in a later event, as the thread pool
   * does.
   */
  function answer<T>(label: string, callback: unknown, compute: () => T): T | undefined {
    if (typeof callback !== 'function') return compute();
    const release = host.reference();
    host.startTimer({ label, owner: 'ambient' }, 0, () => {
      release();
      (callback as Callback)(null, compute());
    });
    return undefined;
  }

  function randomBytes(size: number, callback?: unknown): Buffer | undefined {
    // Throws for an invalid size, as Node does.
    const bytes = Buffer.alloc(size);
    return answer('crypto.randomBytes', callback, () => filled('crypto.randomBytes', bytes));
  }

  function filled<T extends NodeJS.ArrayBufferView | ArrayBuffer>(
    label: string,
    target: T,
    offset = 0,
    size?: number,
  ): T {
    const unit = ArrayBuffer.isView(target) && 'BYTES_PER_ELEMENT' in target ? Number(target.BYTES_PER_ELEMENT) : 1;
    const bytes = bytesOf(target);
    const end = size === undefined ? bytes.length : Math.min(bytes.length, (offset + size) * unit);
    fillRandom(host, label, bytes, offset * unit, end);
    return target;
  }

  function randomFill(target: NodeJS.ArrayBufferView, ...rest: unknown[]): void {
    const callback = rest.pop();
    if (typeof callback !== 'function') throw new TypeError('The "callback" argument must be of type function');
    const [offset, size] = rest as [number?, number?];
    answer('crypto.randomFill', callback, () => filled('crypto.randomFill', target, offset, size));
  }

  function randomInt(...parameters: unknown[]): number | undefined {
    const callback = typeof parameters.at(-1) === 'function' ? parameters.pop() : undefined;
    const [low, high] = parameters as [number, number?];
    const [min, max] = high === undefined ? [0, low] : [low, high];
    // Called for its checks of the range.
    crypto.randomInt(min, max);
    return answer('crypto.randomInt', callback, () => randomInteger(host, 'crypto.randomInt', min, max));
  }

  /** Signing and verifying run on the thread pool when there is a callback. */
  function synchronousOnly(name: 'sign' | 'verify'): (...parameters: unknown[]) => unknown {
    const native = crypto[name] as (...parameters: unknown[]) => unknown;
    return (...parameters) =>
      typeof parameters.at(-1) === 'function'
        ? guard.refuse(`node:crypto ${name} with a callback`)
        : native(...parameters);
  }

  const web = webcrypto as { getRandomValues: unknown; subtle: unknown };
  const replaced: ModuleExports = {
    getRandomValues: web.getRandomValues,
    pseudoRandomBytes: randomBytes,
    prng: randomBytes,
    randomBytes,
    randomFill,
    randomFillSync: (target: NodeJS.ArrayBufferView, offset?: number, size?: number) =>
      filled('crypto.randomFillSync', target, offset, size),
    randomInt,
    randomUUID: () => randomUuid(host, 'crypto.randomUUID'),
    rng: randomBytes,
    sign: synchronousOnly('sign'),
    subtle: web.subtle,
    verify: synchronousOnly('verify'),
    webcrypto,
  };
  return moduleProxy('node:crypto', crypto as unknown as ModuleExports, guard, replaced, PASSED);
}

/** The bytes of a view, without a new one where it has bytes: `ws` draws four for each frame. */
function bytesOf(target: NodeJS.ArrayBufferView | ArrayBuffer): Uint8Array {
  if (target instanceof Uint8Array) return target;
  return ArrayBuffer.isView(target)
    ? new Uint8Array(target.buffer, target.byteOffset, target.byteLength)
    : new Uint8Array(target);
}
