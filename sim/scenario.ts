/**
 * What a scenario is written with: all of the public side that code under simulation may import. It stays small, since it becomes part of
 * every scenario's bundle.
 */
export type { RunRecord } from './kernel/record.ts';
export type { ScriptDraw, ScriptedOperation } from './plan/expand.ts';
export type { Finding, Judge, JudgeView, Property, Violation } from './run/property.ts';
export type { ActorContext, ActorDefinition, Outcome, Scenario, Variant } from './run/scenario.ts';
export { defineScenario } from './run/scenario.ts';
export type {
  ClockFace,
  EntropyFace,
  Json,
  NodeFaces,
  ProbeFace,
  RedisFace,
  RequestFace,
  RunningSystem,
  ServerSocketFace,
  StartSystem,
  WorkTag,
} from './world/faces.ts';
export type { SourceEdit } from './world/image.ts';
export type { Ledger, OpenConnection } from './world/ledger.ts';
