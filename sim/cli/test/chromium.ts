/** A real browser for the tests of pages: Chromium from CHROMIUM_PATH or from the PATH. */
import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];
const REMEDY = 'set CHROMIUM_PATH, or put chromium on the PATH';

/**
 * Starts it without a window. Its owner closes it. Null, with a message, if there is none. Throws
 * if SEEDSTORM_REQUIRE_CHROMIUM or SEEDSTORM_LONG_TESTS is 1.
 */
export async function startChromium(what: string): Promise<Browser | null> {
  const executablePath = process.env['CHROMIUM_PATH'] ?? onThePath();
  // Containers have little shared memory, and mostly run as root, which cannot use the sandbox.
  const args = ['--disable-dev-shm-usage', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])];
  if (executablePath !== null) return chromium.launch({ executablePath, args });
  if (['SEEDSTORM_REQUIRE_CHROMIUM', 'SEEDSTORM_LONG_TESTS'].some((name) => process.env[name] === '1'))
    throw new Error(`no Chromium: ${REMEDY}`);
  process.stderr.write(`\n  SKIPPED: ${what}; no Chromium: ${REMEDY}\n`);
  return null;
}

function onThePath(): string | null {
  const folders = (process.env['PATH'] ?? '').split(path.delimiter);
  return folders.flatMap((folder) => NAMES.map((name) => path.join(folder, name))).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
