/** Opens a file in the default browser of the machine. */
import { spawn } from 'node:child_process';
import { pathToFileURL } from 'node:url';

/** A program that still runs after this time is the browser, in the foreground. */
const STARTED_MS = 2000;

/**
 * The program that opens a URL, and its arguments before it. `BROWSER` names another one, as for
 * other tools. Null if it is `none`.
 */
function openerFor(
  platform: NodeJS.Platform,
  { BROWSER: browser = '' }: Readonly<Record<string, string | undefined>>,
): readonly [program: string, ...parameters: string[]] | null {
  if (browser === 'none') return null;
  if (browser !== '') return [browser];
  if (platform === 'darwin') return ['open'];
  return platform === 'win32' ? ['rundll32', 'url.dll,FileProtocolHandler'] : ['xdg-open'];
}

/** Resolves to false if no browser could be started. */
export async function openFile(
  file: string,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<boolean> {
  const opener = openerFor(process.platform, environment);
  if (opener === null) return false;
  const [program, ...parameters] = opener;
  const child = spawn(program, [...parameters, pathToFileURL(file).href], { detached: true, stdio: 'ignore' });
  return await new Promise((resolve) => {
    const timer = setTimeout(() => done(true), STARTED_MS);
    const done = (isOpen: boolean): void => {
      clearTimeout(timer);
      child.unref();
      resolve(isOpen);
    };
    child.on('error', () => done(false));
    child.on('exit', (code) => done(code === 0));
  });
}
