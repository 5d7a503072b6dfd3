/** Writes the file of a page. */
import { writeFileSync } from 'node:fs';
import { printable } from '../../kernel/printable.ts';
import { UsageError } from '../../project/usage-error.ts';

/** Throws UsageError if the file can't be written. */
export function writePage(file: string, html: string): void {
  try {
    writeFileSync(file, html);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot write ${printable(file)} (${code})`);
  }
}
