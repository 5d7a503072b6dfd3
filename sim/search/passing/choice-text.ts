/** A choice and another value for it, as words. */

/** `the reply of get seats of node-1 takes less time (choice node-1/redis/…: 0.01, not 0.8)` */
export function choiceText(key: string, from: number, to: number): string {
  const values = `${rounded(to)}, not ${rounded(from)}`;
  const what = wayOf(key);
  if (what === null) return `the choice ${key} is ${values}`;
  return `${what} takes ${to < from ? 'less' : 'more'} time (choice ${key}: ${values})`;
}

function rounded(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

/** What a choice delays; null for choices of another sort. */
function wayOf(key: string): string | null {
  const command = /^([^/]+)\/redis\/(request|reply)\/([^/]+)\/(.+)\/\d+$/.exec(key);
  if (command !== null) {
    const [, node, way, name, of] = command;
    return `the ${way} of ${name} ${of} of ${node}`;
  }
  const operation = /^([^/]+)\/latency\/\d+$/.exec(key);
  if (operation !== null) return `a frame of operation ${operation[1]}`;
  const frame = /^([^/]+)\/link-(\d+)\/(up|down)\/\d+$/.exec(key);
  if (frame === null) return null;
  const [, client, link, direction] = frame;
  return `a frame ${direction === 'up' ? 'from' : 'to'} ${client} on connection ${link}`;
}
