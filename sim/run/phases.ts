/**
 * The phases of a run: chaos; the heal, when all faults have ended and every node serves; a bounded
 * time to settle; then all actors leave.
 */
import { DEPLOYMENT_MS_MAX } from '../world/deployment.ts';
import { scheduleFault } from '../world/faults/schedule.ts';
import type { Fault } from '../kernel/fault.ts';
import type { Domain } from '../kernel/heap.ts';
import type { RunRecord } from '../kernel/record.ts';
import type { World } from '../world/world.ts';
import type { Scenario } from './scenario.ts';

export const PHASES: Domain = { name: 'phases', alive: true };

export interface PhaseHooks {
  onSettled(): void;
  onLeave(): void;
  onOver(): void;
}

export class Phases {
  readonly #world: World;
  readonly #scenario: Scenario;
  readonly #hooks: PhaseHooks;
  #isChaosOver = false;
  #healedAtMs: number | null = null;

  constructor(world: World, scenario: Scenario, hooks: PhaseHooks) {
    this.#world = world;
    this.#scenario = scenario;
    this.#hooks = hooks;
  }

  /** Starts the nodes and schedules the faults, which end after `chaosMs` at the latest. */
  start(chaosMs: number, faults: readonly Fault[]): void {
    const world = this.#world;
    for (const node of world.nodes.values()) node.start();
    for (const fault of faults) scheduleFault(world, fault, chaosMs);
    this.#at(chaosMs, () => {
      this.#isChaosOver = true;
      this.#healIfServing();
    });
    // A node that never starts does not keep the run from its end.
    this.#at(chaosMs + DEPLOYMENT_MS_MAX + this.#scenario.operationMs, () => this.#heal());
  }

  /** Virtual time of the heal. Called once the run has settled. */
  get healedAtMs(): number {
    return this.#healedAtMs ?? Number.POSITIVE_INFINITY;
  }

  observe(record: RunRecord): void {
    if (!this.#isChaosOver || this.#healedAtMs !== null) return;
    if (record.type === 'node' || record.type === 'fault')
      this.#world.kernel.schedule(0, PHASES, () => this.#healIfServing(), 1);
  }

  #healIfServing(): void {
    const { nodes, endingFaults } = this.#world;
    if (endingFaults.size === 0 && [...nodes.values()].every(({ isReady }) => isReady)) this.#heal();
  }

  #heal(): void {
    if (this.#healedAtMs !== null) return;
    const { kernel, recorder } = this.#world;
    const { settleMs, leaveMs } = this.#scenario;
    this.#healedAtMs = kernel.nowMs;
    recorder.fault('run', 'heal', '*', 'ended');
    const settledAtMs = kernel.nowMs + settleMs;
    this.#at(settledAtMs, () => {
      recorder.fault('run', 'settled', '*', 'ended');
      this.#hooks.onSettled();
    });
    this.#at(settledAtMs + 1, () => this.#hooks.onLeave());
    this.#at(settledAtMs + leaveMs, () => {
      recorder.fault('run', 'left', '*', 'ended');
      this.#hooks.onOver();
    });
  }

  #at(ms: number, act: () => void): void {
    this.#world.kernel.scheduleAt(Math.round(ms * 1000), PHASES, act, 1);
  }
}
