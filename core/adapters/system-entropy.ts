import { randomBytes } from 'node:crypto';
import type { Entropy } from '../ports.ts';

// 32 characters, so that each byte gives five bits without bias. No vowels, no look-alikes.
const alphabet = 'bcdfghjkmnpqrstvwxyz0123456789ae';

/** Identifiers of 100 bits from the system's cryptographic source. */
export const systemEntropy: Entropy = {
  id: () => Array.from(randomBytes(20), (byte) => alphabet.charAt(byte % alphabet.length)).join(''),
  fraction: () => Math.random(),
};
