/** All sources below a folder, without tests, in an order that does not depend on the machine. */
export function sourcesBelow(folder: string): string[];

/**
 * The hash of files, by path relative to `root` and content, and of words. 16 hexadecimal digits.
 */
export function hashOf(root: string, files: readonly string[], words: readonly string[]): string;

/** The hash of the simulator's sources: the same in the repository, its bundles and its package. */
export function simulatorHashOf(root: string): string;
