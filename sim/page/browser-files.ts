/** The code of the page: built with the package, or bundled now in the repository. */
import { readFileSync } from 'node:fs';
import { repository } from '../project/simulator.ts';
import type { BrowserFiles } from './page-html.ts';

export async function browserFiles(): Promise<BrowserFiles> {
  if (repository === null) return { script: builtFile('page.js'), style: builtFile('page.css') };
  const { bundlePage } = await import('./bundle-page.js');
  return await bundlePage(repository);
}

function builtFile(name: string): string {
  return readFileSync(new URL(`./${name}`, import.meta.url), 'utf8');
}
