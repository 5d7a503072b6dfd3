/** Writes the file of a page. */
import { statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { printable } from '../../kernel/printable.ts';
import { UsageError } from '../../project/usage-error.ts';

/** Throws UsageError if the file can't be there, before a run is made that would be in vain. */
export function checkPlaceOfPage(file: string): void {
  const options = { throwIfNoEntry: false } as const;
  if (statSync(path.dirname(file), options)?.isDirectory() !== true)
    throw new UsageError(`cannot write ${printable(file)}: its folder does not exist`);
  if (statSync(file, options)?.isDirectory() === true)
    throw new UsageError(`cannot write ${printable(file)}: it is a folder`);
}

/** Throws UsageError if the file can't be written. */
export function writePage(file: string, html: string): void {
  try {
    writeFileSync(file, html);
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    throw new UsageError(`cannot write ${printable(file)} (${code})`);
  }
}
