/** Runs a script of the contract of `fetch` as a main module in the simulation. */
import type { ScriptEnd } from '../../../world/test/net/entry.ts';
import { simulatedScript } from '../../../world/test/net/simulated-scripts.ts';
import { bundleWeb } from '../bundle-web.ts';
import { createWeb } from '../evaluate-web.ts';
import { WEB_PRELUDE } from './web-prelude.ts';

/** `number` is the number of the seed. */
export async function simulatedWeb(text: string, number: number): Promise<ScriptEnd> {
  const code = await bundleWeb();
  return simulatedScript(text, number, {
    prelude: WEB_PRELUDE,
    createWeb: (current) => createWeb(code, { current }),
  });
}
