/**
 * The public API that scenarios and systems may import. It becomes part of the bundle of every
 * scenario, so it stays small.
 */
export type { RunRecord } from './kernel/record.ts';
export type {
  ClientCloseEvent,
  ClientEvent,
  ClientMessageEvent,
  ClientSocket,
  ClientSocketEvents,
  ConnectOptions,
} from './network/client-socket.ts';
export { ConnectionFailedError } from './network/connection-failed-error.ts';
export type { ScriptDraw, ScriptedOperation } from './plan/script.ts';
export type { SmallSendBuffers } from './plan/shape.ts';
export type {
  Actor,
  ActorContext,
  ActorDefinition,
  ActorOperation,
  ActorOperations,
  OperationResult,
  Outcome,
} from './run/actor.ts';
export { defineActor } from './run/actor.ts';
export type { Breach, HistoryEvent, PublisherEvent, SubscriberEvent } from './run/history/events.ts';
export type { Guarantees } from './run/history/guarantees.ts';
export { atLeastOnce, atMostOnce, everyMessageOnce, newestState } from './run/history/guarantees.ts';
export type { HistoryPropertyParts } from './run/history/history-property.ts';
export { historyProperty } from './run/history/history-property.ts';
export { checkSubscriber } from './run/history/subscriber.ts';
export type { PropertyOptions, PropertyView } from './run/properties/create-property.ts';
export { always, atEnd, eventually, sometimes } from './run/properties/create-property.ts';
export type { EveryOperationEndsOptions } from './run/properties/every-operation-ends.ts';
export { everyOperationEnds } from './run/properties/every-operation-ends.ts';
export type { NothingLeaksOptions } from './run/properties/nothing-leaks.ts';
export { nothingLeaks } from './run/properties/nothing-leaks.ts';
export type { NoWarningsOptions } from './run/properties/no-warnings.ts';
export { noWarnings } from './run/properties/no-warnings.ts';
export type { ServesOptions } from './run/properties/serves.ts';
export { serves } from './run/properties/serves.ts';
export type { Finding, Checker, CheckerView, Property, Violation } from './run/property.ts';
export type { AnyActor, Scenario, ScenarioDefinition, Span, SystemDefinition, Variant } from './run/scenario.ts';
export { defineScenario, scenarioFor } from './run/scenario.ts';
export type {
  Clock,
  Entropy,
  Json,
  SimNode,
  Probe,
  RedisClient,
  RedisOptions,
  RunningSystem,
  StartSystem,
  WorkTag,
} from './system/types.ts';
export type {
  ListenOptions,
  RequestSocket,
  SendCallback,
  SendOptions,
  Sendable,
  ServerSocket,
  UpgradeRequest,
  VerifyInfo,
  VerifyResult,
  WebSocketServer,
  WebSocketServerOptions,
} from './system/web-socket-types.ts';
export type { SourceEdit } from './system/image.ts';
export type { FaultName } from './world/faults/catalogue.ts';
export type { FaultSelector } from './world/faults/selection.ts';
export type { Ledger, OpenConnection } from './world/ledger.ts';
export type { ListenerCount } from './world/watched-signals.ts';
export type { OpenTimer } from './world/process-timer.ts';
