/**
 * The random choices of the transport: how long each way takes, and which commands a fault hits.
 */
import { type Choice, NamedChoices } from '../../kernel/choices.ts';
import { scopeOf } from '../../kernel/draws.ts';
import type { Fault } from '../../kernel/fault.ts';
import { ERROR_STATES, type ErrorState } from '../server/command-table.ts';
import type { SentCommand } from '../server/sent-command.ts';
import { concerns, type Session } from '../server/session.ts';
import type { RedisTransportContext } from './transport-context.ts';

/** Delay of one way between a node and Redis, in microseconds. */
const DELAY_US = { min: 100, max: 20_000 } as const;

type Target = Pick<SentCommand, 'name' | 'key'>;

/** The choice by which a fault hit a command. */
export interface Hit extends Choice {
  readonly fault: Fault;
}

export class TransportChoices {
  readonly #context: RedisTransportContext;
  readonly #choices = new NamedChoices();

  constructor(context: RedisTransportContext) {
    this.#context = context;
  }

  /** For what happens to a node's connections: `connect`, `break`, `message/channel`. */
  forNode(node: string, name: string): Choice {
    return this.#choices.next(`${node}/redis/${name}`);
  }

  forCommand({ node }: Session, { name, key }: Target, way: 'request' | 'reply'): Choice {
    return this.#choices.next(`${node}/redis/${way}/${name}/${key}`);
  }

  delayUs({ scope, count }: Choice): number {
    const { kernel, draws, strategy } = this.#context;
    const drawn = draws.fraction(scope, count);
    // Redis is near: the exponent 1.5 keeps most delays well below the middle of the range.
    const fraction = drawn * Math.sqrt(drawn);
    return Math.ceil(strategy.delayUs(fraction, DELAY_US.min, DELAY_US.max, kernel.nowUs));
  }

  /** The state that the server is in during a fault. It is in one at a time. */
  stateIn({ id }: Fault): ErrorState {
    const index = this.#context.draws.integer(scopeOf(id, 'state'), 0, 0, ERROR_STATES.length - 1);
    return ERROR_STATES[index] as ErrorState;
  }

  /**
   * Decides whether an open fault of this kind hits the command. Each fault makes a separate
   * choice, with its rate as the probability. Faults that cannot hit the command make none.
   */
  hitBy(
    kind: string,
    session: Session,
    { name, key }: Target,
    canHit: (fault: Fault) => boolean = () => true,
  ): Hit | null {
    const { faults, draws, hit } = this.#context;
    if (faults.none) return null;
    const { node } = session;
    for (const fault of faults.of(kind, node)) {
      if (!concerns(fault, session) || !canHit(fault)) continue;
      const choice = this.#choices.next(`${fault.id}/${node}/${name}/${key}`);
      if (draws.fraction(choice.scope, choice.count) >= fault.rate) continue;
      hit(fault, `${name} ${key}`);
      return { scope: choice.scope, count: choice.count, fault };
    }
    return null;
  }
}
