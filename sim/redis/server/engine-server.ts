/** What the engine needs of the server around it. */
import { type ClientCounts, NO_CLIENTS } from '../model/information/statistics.ts';
import { type AwaitedKind, fail, type Reply } from '../model/reply.ts';
import type { Audience } from './notifications/notifications.ts';
import type { ChannelCommand } from './script-commands.ts';

export interface EngineServer {
  /** A key has changed. */
  onChange(key: string, database: number): void;
  /** A key now expires at `atMs`, or has an earlier expiry than before. */
  onExpiry(atMs: number): void;
  /** A command was applied that is not simulated; `what` names it. */
  onNotSimulated(what: string): void;
  /** A blocked command may have something to do: see `KeyspaceListener`. */
  onReady(key: string, kind: AwaitedKind, database: number): void;
  /** The connections to the master, or to those that follow it. */
  clients(isReplica: boolean): ClientCounts;
  /** Applies a command of a script. */
  applyChannelCommand(name: ChannelCommand, parameters: readonly string[], server: number): Reply;
  /** A script has run a command, whose name it spells so. */
  onScriptCommand(database: number, server: number, spelling: string, parameters: readonly string[]): void;
  /** Publishes a notification to the subscribers of some servers. */
  notify(channel: string, text: string, isAt: Audience): void;
}

/** Before an engine is connected to a server. */
export const NO_SERVER: EngineServer = {
  onChange: () => undefined,
  onExpiry: () => undefined,
  onNotSimulated: () => undefined,
  onReady: () => undefined,
  clients: () => NO_CLIENTS,
  applyChannelCommand: (name) => fail(`ERR '${name}' needs a server`),
  onScriptCommand: () => undefined,
  notify: () => undefined,
};
