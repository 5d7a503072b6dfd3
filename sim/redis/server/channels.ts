/** Channels: subscriptions by name and by pattern, and the delivery of published messages. */
import { errorText } from '../model/error-text.ts';
import { matcher } from '../model/pattern.ts';
import type { ClientCounts } from '../model/information/statistics.ts';
import { Confirmations, type Reply, fail } from '../model/reply.ts';
import type { RedisEngine } from './engine.ts';
import type { Audience } from './notifications/notifications.ts';
import type { ChannelCommand } from './script-commands.ts';
import type { ServerPort } from './server-port.ts';
import type { Session } from './session.ts';

type Kind = 'channels' | 'patterns' | 'shards';

export class Channels {
  readonly #port: ServerPort;
  readonly #engine: RedisEngine;
  readonly #matchers = new Map<string, (channel: string) => boolean>();

  constructor(port: ServerPort, engine: RedisEngine) {
    this.#port = port;
    this.#engine = engine;
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
        return this.publish(command, parameters, session.state.server);
      default:
        return undefined;
    }
  }

  /**
   * PUBLISH, SPUBLISH and PUBSUB, which scripts may call too. The master passes what is published
   * on to its replicas, and counts only its own subscribers.
   */
  publish(command: ChannelCommand, parameters: readonly string[], server: number): Reply {
    if (command === 'pubsub') return this.#describe(parameters, server);
    const [channel = '', text = ''] = parameters;
    const isMaster = server === this.#engine.master;
    const receivers = isMaster ? [...this.#port.sessions] : this.#sessionsOf(server);
    const sent =
      command === 'publish' ? this.#send(receivers, channel, text) : this.#sendToShard(receivers, channel, text);
    return sent.filter(({ state }) => state.server === server).length;
  }

  notify(channel: string, text: string, isAt: Audience): void {
    this.#send(
      [...this.#port.sessions].filter(({ state }) => isAt(state.server)),
      channel,
      text,
    );
  }

  #sessionsOf(server: number): Session[] {
    return [...this.#port.sessions].filter(({ state }) => state.server === server);
  }

  /** Returns the receiver of each message. */
  #send(sessions: readonly Session[], channel: string, text: string): Session[] {
    const receivers: Session[] = [];
    for (const session of sessions) {
      if (!session.state.channels.has(channel)) continue;
      this.#port.sendMessage(session, { kind: 'message', pattern: '', channel, text });
      receivers.push(session);
    }
    for (const session of sessions) {
      for (const pattern of session.state.patterns) {
        if (!this.#matches(pattern, channel)) continue;
        this.#port.sendMessage(session, { kind: 'pmessage', pattern, channel, text });
        receivers.push(session);
      }
    }
    return receivers;
  }

  #sendToShard(sessions: readonly Session[], channel: string, text: string): Session[] {
    const receivers = sessions.filter(({ state }) => state.shards.has(channel));
    for (const session of receivers) this.#port.sendMessage(session, { kind: 'smessage', pattern: '', channel, text });
    return receivers;
  }

  #matches(pattern: string, channel: string): boolean {
    const matches = this.#matchers.get(pattern) ?? matcher(pattern);
    this.#matchers.set(pattern, matches);
    return matches(channel);
  }

  /** PUBSUB */
  #describe([subcommand = '', ...parameters]: readonly string[], server: number): Reply {
    const sessions = this.#sessionsOf(server);
    const count = (kind: Kind, channel: string): number =>
      sessions.filter(({ state }) => state[kind].has(channel)).length;
    const active = (kind: Kind): string[] => {
      if (parameters.length > 1)
        fail(errorText`ERR unknown subcommand or wrong number of arguments for '${subcommand}'. Try PUBSUB HELP.`);
      const names = namesOf(sessions, kind);
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

const namesOf = (sessions: readonly Session[], kind: Kind): ReadonlySet<string> =>
  new Set(sessions.flatMap(({ state }) => [...state[kind]]));

/** The numbers of names to which these connections are subscribed. */
export function countNames(sessions: readonly Session[]): Pick<ClientCounts, Kind> {
  const count = (kind: Kind): number => namesOf(sessions, kind).size;
  return { channels: count('channels'), patterns: count('patterns'), shards: count('shards') };
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
