/**
 * `crypto.subtle`. The real one works on the thread pool, outside the simulated loop. Deterministic
 * operations are computed at once and answered in a later event: digests, HMAC, RSASSA and Ed25519
 * signatures, verification of all kinds, AES-GCM and AES-CBC, import of keys, and export of secret
 * keys. Operations that draw random values themselves (new keys, ECDSA and PSS signatures) throw,
 * and so do all others.
 */
import crypto, { KeyObject, webcrypto } from 'node:crypto';
import type { AmbientHost } from '../system/image.ts';
import type { Guard } from './guard.ts';

type Algorithm = string | { readonly name: string };
type Options = Readonly<Record<string, unknown>>;
type Bytes = ArrayBuffer | NodeJS.ArrayBufferView;
type Method = (...parameters: never[]) => Promise<unknown>;

const real = webcrypto.subtle;

export function createSubtle(host: AmbientHost, guard: Guard): unknown {
  /** Answers as the thread pool does: never inside the call, and errors are rejections. */
  function answered<T>(way: string, compute: () => T | Promise<T>): Promise<T> {
    const computed = new Promise<T>((resolve) => resolve(compute()));
    const later = (act: () => void): unknown => host.startTimer({ label: way, owner: 'ambient' }, 0, act);
    return new Promise((resolve, reject) => {
      computed.then(
        (value) => later(() => resolve(value)),
        (reason: unknown) => later(() => reject(reason as Error)),
      );
    });
  }

  function refuse(way: string, name: string): never {
    return guard.refuse(`crypto.subtle.${way} with ${name}`);
  }

  function signature(algorithm: Algorithm, key: webcrypto.CryptoKey, data: Bytes): Buffer {
    const name = nameOf(algorithm);
    if (name === 'HMAC')
      return crypto.createHmac(hashOf(key.algorithm), keyOf(key, 'sign')).update(bytesOf(data)).digest();
    if (name === 'ED25519') return crypto.sign(null, bytesOf(data), keyOf(key, 'sign'));
    if (name === 'RSASSA-PKCS1-V1_5') return crypto.sign(hashOf(key.algorithm), bytesOf(data), keyOf(key, 'sign'));
    return refuse('sign', name);
  }

  function isValid(algorithm: Algorithm, key: webcrypto.CryptoKey, signatureBytes: Bytes, data: Bytes): boolean {
    const name = nameOf(algorithm);
    const [signed, text] = [bytesOf(signatureBytes), bytesOf(data)];
    if (name === 'HMAC') {
      const own = crypto.createHmac(hashOf(key.algorithm), keyOf(key, 'verify')).update(text).digest();
      return own.length === signed.length && crypto.timingSafeEqual(own, signed);
    }
    const publicKey = keyOf(key, 'verify');
    switch (name) {
      case 'ED25519':
        return crypto.verify(null, text, publicKey, signed);
      case 'RSASSA-PKCS1-V1_5':
        return crypto.verify(hashOf(key.algorithm), text, publicKey, signed);
      case 'ECDSA':
        return crypto.verify(hashOf(algorithm), text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signed);
      case 'RSA-PSS': {
        const { saltLength } = algorithm as unknown as { saltLength: number };
        const padding = crypto.constants.RSA_PKCS1_PSS_PADDING;
        return crypto.verify(hashOf(key.algorithm), text, { key: publicKey, padding, saltLength }, signed);
      }
      default:
        return refuse('verify', name);
    }
  }

  function ciphered(usage: 'encrypt' | 'decrypt', algorithm: Algorithm, key: webcrypto.CryptoKey, data: Bytes): Buffer {
    const name = nameOf(algorithm);
    if (name !== 'AES-GCM' && name !== 'AES-CBC') return refuse(usage, name);
    const {
      iv,
      additionalData,
      tagLength = 128,
    } = algorithm as unknown as { iv: Bytes; additionalData?: Bytes; tagLength?: number };
    const secret = keyOf(key, usage);
    const kind = `aes-${(secret.symmetricKeySize ?? 0) * 8}-${name === 'AES-GCM' ? 'gcm' : 'cbc'}`;
    const text = bytesOf(data);
    if (name === 'AES-CBC') {
      const cipher = (usage === 'encrypt' ? crypto.createCipheriv : crypto.createDecipheriv)(kind, secret, bytesOf(iv));
      return operation(() => Buffer.concat([cipher.update(text), cipher.final()]));
    }
    const authTagLength = tagLength / 8;
    const options = { authTagLength } as crypto.CipherGCMOptions;
    if (usage === 'encrypt') {
      const cipher = crypto.createCipheriv(kind as crypto.CipherGCMTypes, secret, bytesOf(iv), options);
      if (additionalData !== undefined) cipher.setAAD(bytesOf(additionalData));
      return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
    }
    const cipher = crypto.createDecipheriv(kind as crypto.CipherGCMTypes, secret, bytesOf(iv), options);
    if (additionalData !== undefined) cipher.setAAD(bytesOf(additionalData));
    cipher.setAuthTag(text.subarray(text.length - authTagLength));
    return operation(() =>
      Buffer.concat([cipher.update(text.subarray(0, text.length - authTagLength)), cipher.final()]),
    );
  }

  const answers: Readonly<Record<string, Method>> = {
    digest: (algorithm: Algorithm, data: Bytes) =>
      answered('crypto.subtle.digest', () =>
        buffer(
          crypto
            .createHash(hashOf({ hash: algorithm }))
            .update(bytesOf(data))
            .digest(),
        ),
      ),
    sign: (algorithm: Algorithm, key: webcrypto.CryptoKey, data: Bytes) =>
      answered('crypto.subtle.sign', () => buffer(signature(algorithm, key, data))),
    verify: (algorithm: Algorithm, key: webcrypto.CryptoKey, signatureBytes: Bytes, data: Bytes) =>
      answered('crypto.subtle.verify', () => isValid(algorithm, key, signatureBytes, data)),
    encrypt: (algorithm: Algorithm, key: webcrypto.CryptoKey, data: Bytes) =>
      answered('crypto.subtle.encrypt', () => buffer(ciphered('encrypt', algorithm, key, data))),
    decrypt: (algorithm: Algorithm, key: webcrypto.CryptoKey, data: Bytes) =>
      answered('crypto.subtle.decrypt', () => buffer(ciphered('decrypt', algorithm, key, data))),
    // The real function, which does not use the thread pool for this.
    importKey: (...parameters: Parameters<typeof real.importKey>) =>
      answered('crypto.subtle.importKey', () => real.importKey(...parameters)),
    exportKey: (format: 'raw' | 'jwk', key: webcrypto.CryptoKey) =>
      key.type === 'secret' || format === 'jwk'
        ? answered<unknown>('crypto.subtle.exportKey', () => real.exportKey(format as 'jwk', key))
        : refuse('exportKey', format),
  };
  const others = guard.refusingInside('crypto.subtle', real) as object;
  return new Proxy(others, {
    get: (target, name) =>
      typeof name === 'string' && Object.hasOwn(answers, name) ? answers[name] : Reflect.get(target, name),
  });
}

function nameOf(algorithm: Algorithm): string {
  return (typeof algorithm === 'string' ? algorithm : algorithm.name).toUpperCase();
}

/** The name that node:crypto uses: `sha256`. */
function hashOf(algorithm: unknown): string {
  const name = nameOf((algorithm as Options)['hash'] as Algorithm);
  if (!/^SHA-(1|256|384|512)$/.test(name)) throw new DOMException('Unrecognized algorithm name', 'NotSupportedError');
  return name.replace('-', '').toLowerCase();
}

function keyOf(key: webcrypto.CryptoKey, usage: webcrypto.KeyUsage): KeyObject {
  const object = KeyObject.from(key);
  if (!key.usages.includes(usage))
    throw new DOMException('The requested operation is not valid for the provided key', 'InvalidAccessError');
  return object;
}

function operation<T>(compute: () => T): T {
  try {
    return compute();
  } catch {
    throw new DOMException('The operation failed for an operation-specific reason', 'OperationError');
  }
}

function bytesOf(data: Bytes): Uint8Array {
  return ArrayBuffer.isView(data)
    ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength)
    : new Uint8Array(data);
}

function buffer(bytes: Buffer): ArrayBuffer {
  return new Uint8Array(bytes).buffer;
}
