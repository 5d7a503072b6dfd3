// @ts-check
/**
 * Bundles the code of the page. JavaScript, since the build of the package runs it before anything
 * is compiled.
 */
import path from 'node:path';
import { build } from 'esbuild';

/**
 * The script and the style sheet of the page, as texts.
 * @param {string} root the repository
 * @returns {Promise<{ script: string, style: string }>}
 */
export async function bundlePage(root) {
  const folder = path.join(root, 'sim', 'page', 'browser');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: { page: path.join(folder, 'main.ts'), style: path.join(folder, 'page.css') },
    outdir: root,
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    platform: 'browser',
    target: ['chrome110', 'firefox115', 'safari16.4'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'silent',
  });
  /** @param {string} name */
  const textOf = (name) => outputFiles.find(({ path: file }) => file.endsWith(name))?.text ?? '';
  return { script: textOf('page.js'), style: textOf('style.css') };
}
