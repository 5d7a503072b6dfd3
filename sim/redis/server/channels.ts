/** Channels: subscriptions by name and by pattern, and the delivery of published messages. */
import { errorText } from '../model/error-text.ts';
import { matcher } from '../model/pattern.ts';
import type { ClientCounts } from '../model/information/statistics.ts';
import { Confirmations, type Reply, fail } from '../model/reply.ts';
import type { ChannelCommand } from './script-commands.ts';
import type { ServerPort } from './server-port.ts';
import type { Session } from './session.ts';

type Kind = 'channels' | 'patterns' | 'shards';

export class Channels {
  readonly #port: ServerPort;
  readonly #matchers = new Map<string, (channel: string) => boolean>();

  constructor(port: ServerPort) {
    this.#port = port;
  }

  /** Returns undefined for commands that are not about channels. */
  apply(session: Session, command: string, parameters: readonly string[]): Reply | Confirmations | undefined {
    switch (command) {
      case 'subscribe':
        return subscribe(session, 'channels', command, parameters);
      case 'psubscribe':
        return subscribe(session, 'patterns', command, parameters);
      case 'ssubscribe':
        return subscribe(session, 'shards', command, parameters);
      case 'unsubscribe':
        return unsubscribe(session, 'channels', command, parameters);
      case 'punsubscribe':
        return unsubscribe(session, 'patterns', command, parameters);
      case 'sunsubscribe':
        return unsubscribe(session, 'shards', command, parameters);
      case 'publish':
      case 'spublish':
      case 'pubsub':
        return this.publish(command, parameters);
      default:
        return undefined;
    }
  }

  /** PUBLISH, SPUBLISH and PUBSUB, which scripts may call too. */
  publish(command: ChannelCommand, parameters: readonly string[]): Reply {
    if (command === 'pubsub') return this.#describe(parameters);
    const [channel = '', text = ''] = parameters;
    return command === 'publish' ? this.#publish(channel, text) : this.#publishToShard(channel, text);
  }

  /** The numbers of names that have subscribers. */
  get counts(): Pick<ClientCounts, Kind> {
    const count = (kind: Kind): number => this.#names(kind).size;
    return { channels: count('channels'), patterns: count('patterns'), shards: count('shards') };
  }

  #names(kind: Kind): ReadonlySet<string> {
    return new Set([...this.#port.sessions].flatMap(({ state }) => [...state[kind]]));
  }

  #publish(channel: string, text: string): number {
    let receivers = 0;
    const sessions = [...this.#port.sessions];
    for (const session of sessions) {
      if (!session.state.channels.has(channel)) continue;
      this.#port.sendMessage(session, { kind: 'message', pattern: '', channel, text });
      receivers += 1;
    }
    for (const session of sessions) {
      for (const pattern of session.state.patterns) {
        if (!this.#matches(pattern, channel)) continue;
        this.#port.sendMessage(session, { kind: 'pmessage', pattern, channel, text });
        receivers += 1;
      }
    }
    return receivers;
  }

  #publishToShard(channel: string, text: string): number {
    let receivers = 0;
    for (const session of [...this.#port.sessions]) {
      if (!session.state.shards.has(channel)) continue;
      this.#port.sendMessage(session, { kind: 'smessage', pattern: '', channel, text });
      receivers += 1;
    }
    return receivers;
  }

  #matches(pattern: string, channel: string): boolean {
    const matches = this.#matchers.get(pattern) ?? matcher(pattern);
    this.#matchers.set(pattern, matches);
    return matches(channel);
  }

  /** PUBSUB */
  #describe([subcommand = '', ...parameters]: readonly string[]): Reply {
    const count = (kind: Kind, channel: string): number =>
      [...this.#port.sessions].filter(({ state }) => state[kind].has(channel)).length;
    const active = (kind: Kind): string[] => {
      if (parameters.length > 1)
        fail(errorText`ERR unknown subcommand or wrong number of arguments for '${subcommand}'. Try PUBSUB HELP.`);
      const names = this.#names(kind);
      return parameters[0] === undefined ? [...names] : [...names].filter(matcher(parameters[0]));
    };
    switch (subcommand.toLowerCase()) {
      case 'channels':
        return active('channels');
      case 'numsub':
        return parameters.flatMap((channel) => [channel, count('channels', channel)]);
      case 'numpat':
        return active('patterns').length;
      case 'shardchannels':
        return active('shards');
      case 'shardnumsub':
        return parameters.flatMap((channel) => [channel, count('shards', channel)]);
      default:
        return fail(`ERR unknown subcommand '${subcommand}'. Try PUBSUB HELP.`);
    }
  }
}

/** Redis counts channels and patterns together, and shards separately. */
function countOf({ state }: Session, kind: Kind): number {
  return kind === 'shards' ? state.shards.size : state.channels.size + state.patterns.size;
}

function subscribe(session: Session, kind: Kind, command: string, names: readonly string[]): Confirmations {
  return new Confirmations(
    names.map((name) => {
      session.state[kind].add(name);
      return [command, name, countOf(session, kind)];
    }),
  );
}

/** Without names, unsubscribes from all. */
function unsubscribe(session: Session, kind: Kind, command: string, names: readonly string[]): Confirmations {
  const subscribed = session.state[kind];
  const removed = names.length === 0 ? [...subscribed] : names;
  if (removed.length === 0) return new Confirmations([[command, null, countOf(session, kind)]]);
  return new Confirmations(
    removed.map((name) => {
      subscribed.delete(name);
      return [command, name, countOf(session, kind)];
    }),
  );
}
