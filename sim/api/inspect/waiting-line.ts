/** What to do when a run waits for a debugger. */
export function waitingLine(url: string): string {
  const { host, port } = new URL(url);
  return `waiting for a debugger on ${host}: open chrome://inspect in Chrome, or attach VS Code to port ${port} (docs/debugging.md)`;
}
