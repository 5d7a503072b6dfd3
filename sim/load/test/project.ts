/**
 * A small project on disk: its files, and packages written for a test or taken from this
 * repository's own.
 */
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { SimNode } from '../../system/types.ts';
import type { AmbientHost, SystemImage } from '../../system/image.ts';
import { ManualHost } from '../../ambient/test/manual-host.ts';
import { NODE_PATH } from '../../system/program.ts';
import { bundleSystem, type BundleSystemOptions, type SystemBundle } from '../bundle.ts';
import { createImage } from '../evaluate.ts';

const modules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

export class Project {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'project-'));

  /** `installed` has names of this repository's packages: `ws`, `bullmq-5 as bullmq`. */
  constructor(files: Record<string, string>, installed: readonly string[] = []) {
    mkdirSync(path.join(this.folder, 'node_modules'));
    this.write({
      'package.json': '{"type":"module"}',
      'scenario.ts': 'export default { title: "a scenario" };',
      ...files,
    });
    for (const text of installed) {
      const [name = '', alias = name] = text.split(' as ');
      const link = path.join(this.folder, 'node_modules', alias);
      mkdirSync(path.dirname(link), { recursive: true });
      symlinkSync(path.join(modules, name), link);
    }
  }

  write(files: Record<string, string>): void {
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(this.folder, name);
      mkdirSync(path.dirname(file), { recursive: true });
      writeFileSync(file, text);
    }
  }

  bundle(options: Partial<BundleSystemOptions> = {}): Promise<SystemBundle> {
    return bundleSystem({ entry: './system.ts', scenarioFile: path.join(this.folder, 'scenario.ts'), ...options });
  }

  async image(
    current: () => AmbientHost | null = () => null,
    options: Partial<BundleSystemOptions> = {},
  ): Promise<SystemImage> {
    return createImage(await this.bundle(options), { current }).image;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** A project that is removed at the end of the test. */
export function project(files: Record<string, string>, installed?: readonly string[]): Project {
  const made = new Project(files, installed);
  onTestFinished(() => made.remove());
  return made;
}

/** Starts a process and returns the result of `start`, through which tests look inside. */
export async function startProcess(
  image: Pick<SystemImage, 'instantiate'>,
  host: AmbientHost,
  node: object = {},
): Promise<unknown> {
  const loaded = image.instantiate(host);
  if (loaded.kind === 'main') throw new Error('the system is a main module');
  return await loaded.start(node as SimNode);
}

/** Runs a main module and returns what it has printed, one text a call of `console.log`. */
export async function runMain(
  image: Pick<SystemImage, 'instantiate'>,
  host: ManualHost = new ManualHost(),
): Promise<readonly string[]> {
  host.detailed = true;
  const loaded = image.instantiate(host);
  if (loaded.kind === 'start') throw new Error('the system exports start');
  host.state.argv = [NODE_PATH, loaded.file];
  await loaded.run();
  return host.printed;
}
