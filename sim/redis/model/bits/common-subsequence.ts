/** LCS: the longest common subsequence of two strings, by dynamic programming over their bytes. */
import { bytesOf, textOf } from '../bytes.ts';
import { type Commands, integer, SYNTAX, word } from '../command.ts';
import { fail, type Reply } from '../reply.ts';

/** Lengths of the common subsequences of all pairs of beginnings. */
function lengthsOf(one: Buffer, other: Buffer): Uint32Array[] {
  const rows = [new Uint32Array(other.length + 1)];
  for (let i = 1; i <= one.length; i += 1) {
    const [above, row] = [rows[i - 1] as Uint32Array, new Uint32Array(other.length + 1)];
    for (let j = 1; j <= other.length; j += 1)
      row[j] = one[i - 1] === other[j - 1] ? (above[j - 1] ?? 0) + 1 : Math.max(above[j] ?? 0, row[j - 1] ?? 0);
    rows.push(row);
  }
  return rows;
}

export const COMMON_SUBSEQUENCE: Commands = {
  lcs([key = '', otherKey = '', ...options], { keys }) {
    const values = [keys.value(key), keys.value(otherKey)].map((value) => value ?? '');
    if (values.some((value) => typeof value !== 'string')) fail('ERR The specified keys must contain string values');
    let [isLength, isIndexes, hasLengths, least] = [false, false, false, 0];
    for (let index = 0; index < options.length; index += 1) {
      const option = word(options[index]);
      if (option === 'IDX') isIndexes = true;
      else if (option === 'LEN') isLength = true;
      else if (option === 'WITHMATCHLEN') hasLengths = true;
      else if (option === 'MINMATCHLEN' && index + 1 < options.length) least = integer(options[(index += 1)]);
      else fail(SYNTAX);
    }
    if (isLength && isIndexes) fail('ERR If you want both the length and indexes, please just use IDX.');
    const [one = Buffer.alloc(0), other = Buffer.alloc(0)] = values.map((value) => bytesOf(value as string));
    const rows = lengthsOf(one, other);
    const total = rows[one.length]?.[other.length] ?? 0;
    if (isLength) return total;
    const common: number[] = [];
    const matches: Reply[] = [];
    let [i, j] = [one.length, other.length];
    // The match that is being read, from its end: it began at these indexes.
    let run: { from: readonly [number, number]; size: number } | null = null;
    const end = (): void => {
      if (run !== null && run.size >= least) {
        const { from, size } = run;
        const ranges = from.map((at): Reply => [at, at + size - 1]);
        matches.push(hasLengths ? [...ranges, size] : ranges);
      }
      run = null;
    };
    while (i > 0 && j > 0) {
      if (one[i - 1] === other[j - 1]) {
        common.unshift(one[i - 1] ?? 0);
        run = { from: [i - 1, j - 1], size: ((run as { size: number } | null)?.size ?? 0) + 1 };
        i -= 1;
        j -= 1;
        continue;
      }
      end();
      if ((rows[i - 1]?.[j] ?? 0) > (rows[i]?.[j - 1] ?? 0)) i -= 1;
      else j -= 1;
    }
    end();
    return isIndexes ? ['matches', matches, 'len', total] : textOf(Buffer.from(common));
  },
};
