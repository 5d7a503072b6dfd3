/** The script and the style sheet of the page, as texts. `root`: the repository. */
export function bundlePage(root: string): Promise<{ readonly script: string; readonly style: string }>;
