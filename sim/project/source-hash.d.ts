/** Every source below a folder, tests aside, in an order that is the same everywhere. */
export function sourcesBelow(folder: string): string[];

/** 16 hexadecimal digits for files, by their names relative to `root` and their content, and for some words. */
export function hashOf(root: string, files: readonly string[], words: readonly string[]): string;

/** Stands for all of the simulator's code: the same in the repository, in its bundles and in the package built from it. */
export function simulatorHashOf(root: string): string;
