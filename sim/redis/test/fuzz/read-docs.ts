/**
 * Writes commands.json: the arguments of each command, as COMMAND DOCS of the `redis-server` on the
 * PATH describes them. Run it when the version of Redis changes:
 * `node sim/start.js --entry sim/redis/test/fuzz/read-docs.ts > sim/redis/test/fuzz/commands.json`
 */
import { Redis } from 'ioredis';
import { RedisProcess } from '../real-redis.ts';

/** Properties of an argument that say how to write it. */
const KEPT: ReadonlySet<string> = new Set(['name', 'type', 'token', 'flags', 'arguments']);

type Value = string | number | readonly Value[];
type Fields = Readonly<Record<string, Value>>;

function fieldsOf(pairs: Value): Fields {
  const list = pairs as readonly Value[];
  return Object.fromEntries(
    list.flatMap((name, index) => (index % 2 === 0 ? [[String(name), list[index + 1] as Value]] : [])),
  );
}

function argumentOf(pairs: Value): object {
  const kept = Object.entries(fieldsOf(pairs)).filter(([name]) => KEPT.has(name));
  return Object.fromEntries(
    kept.map(([name, value]) => [name, name === 'arguments' ? (value as readonly Value[]).map(argumentOf) : value]),
  );
}

function commandsOf(pairs: Value): object[] {
  return Object.entries(fieldsOf(pairs)).flatMap(([name, description]) => {
    const { group, subcommands, arguments: specs = [] } = fieldsOf(description);
    if (subcommands !== undefined) return commandsOf(subcommands);
    return [{ name: name.replace('|', ' '), group, arguments: (specs as readonly Value[]).map(argumentOf) }];
  });
}

const server = await RedisProcess.start();
if (server === null) {
  process.stderr.write('no redis-server on the PATH\n');
  process.exitCode = 2;
} else {
  const client = new Redis(server.url);
  const commands = commandsOf((await client.call('COMMAND', 'DOCS')) as Value);
  const sorted = commands.sort((a, b) => ((a as { name: string }).name < (b as { name: string }).name ? -1 : 1));
  process.stdout.write(`${JSON.stringify(sorted)}\n`);
  client.disconnect();
  await server.stop();
}
