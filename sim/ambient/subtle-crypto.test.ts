/** The simulated and the real `crypto.subtle` accept each other's results. */
import { webcrypto } from 'node:crypto';
import { expect, test } from 'vitest';
import { ManualHost, settled } from './test/manual-host.ts';
import { simulatedGlobal } from './test/simulated-global.ts';

type Subtle = typeof webcrypto.subtle;

const real = webcrypto.subtle;
const host = new ManualHost();
const simulated = (simulatedGlobal(host, 'crypto') as unknown as typeof webcrypto).subtle;
const data = new TextEncoder().encode('what is said');

/** Runs the host's timers until the simulated call has settled. */
async function now<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  await settled();
  await host.advance(1);
  return promise;
}

const hex = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('hex');

test.each(['SHA-1', 'SHA-256', 'SHA-384', { name: 'sha-512' }])('digests with %j', async (algorithm) => {
  expect(hex(await now(simulated.digest(algorithm, data)))).toBe(hex(await real.digest(algorithm, data)));
});

const pairs: readonly [string, Parameters<Subtle['generateKey']>[0], object, signs: boolean][] = [
  ['HMAC', { name: 'HMAC', hash: 'SHA-256' } as never, { name: 'HMAC' }, true],
  ['Ed25519', 'Ed25519' as never, { name: 'Ed25519' }, true],
  [
    'RSASSA',
    {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: 1024,
      publicExponent: new Uint8Array([1, 0, 1]),
      hash: 'SHA-256',
    } as never,
    { name: 'RSASSA-PKCS1-v1_5' },
    true,
  ],
  ['ECDSA', { name: 'ECDSA', namedCurve: 'P-256' } as never, { name: 'ECDSA', hash: 'SHA-256' }, false],
  [
    'RSA-PSS',
    { name: 'RSA-PSS', modulusLength: 1024, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' } as never,
    { name: 'RSA-PSS', saltLength: 20 },
    false,
  ],
];

test.each(pairs)('verifies, and signs if the signature is deterministic: %s', async (_name, kind, algorithm, signs) => {
  const made = (await real.generateKey(kind, true, ['sign', 'verify'])) as
    webcrypto.CryptoKeyPair | webcrypto.CryptoKey;
  const [secret, open] = 'privateKey' in made ? [made.privateKey, made.publicKey] : [made, made];
  const signed = await real.sign(algorithm as never, secret, data);
  expect(await now(simulated.verify(algorithm as never, open, signed, data))).toBe(true);
  expect(await now(simulated.verify(algorithm as never, open, signed, new Uint8Array(3)))).toBe(false);
  const own = now(simulated.sign(algorithm as never, secret, data));
  if (signs) expect(hex(await own)).toBe(hex(signed));
  else await expect(own).rejects.toThrow('node-1 called crypto.subtle.sign with');
  const jwk = await now(simulated.exportKey('jwk', open));
  expect(jwk).toEqual(await real.exportKey('jwk', open));
  const again = await now(simulated.importKey('jwk', jwk as never, kind as never, true, ['verify']));
  expect(await now(simulated.verify(algorithm as never, again, signed, data))).toBe(true);
});

test.each([
  [{ name: 'AES-GCM', iv: new Uint8Array(12), additionalData: new Uint8Array(2) }],
  [{ name: 'AES-GCM', iv: new Uint8Array(12), tagLength: 96 }],
  [{ name: 'AES-CBC', iv: new Uint8Array(16) }],
])('encrypts and decrypts: %j', async (algorithm) => {
  const key = await now(simulated.importKey('raw', new Uint8Array(32), algorithm.name, true, ['encrypt', 'decrypt']));
  const secret = await real.encrypt(algorithm, key, data);
  expect(hex(await now(simulated.encrypt(algorithm, key, data)))).toBe(hex(secret));
  expect(hex(await now(simulated.decrypt(algorithm, key, secret)))).toBe(hex(data.buffer));
  new Uint8Array(secret)[secret.byteLength - 1]! ^= 255;
  await expect(now(simulated.decrypt(algorithm, key, secret))).rejects.toMatchObject({ name: 'OperationError' });
});

test('answers in a later event, and rejects uses that a key does not allow', async () => {
  let answered = false;
  void simulated.digest('SHA-256', data).then(() => (answered = true));
  await settled();
  expect(answered).toBe(false);
  await host.advance(1);
  expect(answered).toBe(true);
  const key = await now(
    simulated.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, ['verify']),
  );
  await expect(now(simulated.sign('HMAC', key, data))).rejects.toMatchObject({ name: 'InvalidAccessError' });
  await expect(now(simulated.digest('MD5', data))).rejects.toMatchObject({ name: 'NotSupportedError' });
});
