/** The settings of the library `cjson`, with the defaults of Redis. */

export const INVALID = ['off', 'on', 'null'] as const;

/** Scripts can change them. */
export interface JsonSettings {
  encodeDepthMax: number;
  decodeDepthMax: number;
  /** Digits of numbers. */
  precision: number;
  /** What becomes of infinities and NaN. */
  encodeInvalid: (typeof INVALID)[number];
  decodesInvalid: boolean;
  keepsBuffer: boolean;
  /** An array whose last index exceeds `safe` and `ratio` times its items is sparse. */
  ratio: number;
  safe: number;
  /** Whether a sparse array becomes an object; otherwise it is an error. */
  converts: boolean;
}

export const defaultJsonSettings = (): JsonSettings => ({
  encodeDepthMax: 1000,
  decodeDepthMax: 1000,
  precision: 14,
  encodeInvalid: 'off',
  decodesInvalid: true,
  keepsBuffer: true,
  ratio: 2,
  safe: 10,
  converts: false,
});
