/** Paths that a process sees. They are the same on every machine. */

/** The project's root: the folder of the `package.json` nearest to the scenario. */
export const APP_FOLDER = '/app';

/** The first element of `process.argv`. */
export const NODE_PATH = '/usr/local/bin/node';
