/**
 * Integer hashing, the base of every choice and of the digest.
 *
 * `mix` folds one 32-bit word into another with the finaliser of MurmurHash3 (Austin Appleby,
 * public domain). Every input bit affects every output bit, so that choices drawn from neighbouring
 * counters are independent.
 */

/**
 * 32-bit hash of a text from `start` to `end`, over UTF-16 code units. FNV-1a, finished by `mix`.
 */
export function hashText(text: string, start = 0, end = text.length): number {
  let hash = 0x811c9dc5;
  for (let index = start; index < end; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return mix(hash, end - start);
}

/** Folds `word` into `hash`; both and the result are 32-bit integers (signed). */
export function mix(hash: number, word: number): number {
  let mixed = Math.imul(hash ^ word, 0x85ebca6b) + 0x9e3779b9;
  mixed ^= mixed >>> 16;
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
