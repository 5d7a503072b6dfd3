/**
 * Interesting states that runs should reach. A mark that is never reached means that the guarantees
 * were not tested there.
 */
import type { Checker, CheckerView, Property, RunRecord } from '../../sim/index.ts';
import { Connections } from '../support/connections.ts';
import { reportOf } from '../support/testimony.ts';

const MARKS = [
  'a price went to 20 clients at once',
  'a silent connection was dropped',
  'a pending connection met its deadline',
  'a token was refused',
  'a write failed and was written again',
  'the retry budget was spent',
  'health was restored',
  'a node died with clients connected',
  'a node began its second process',
  'a release began beside another that had clients',
  'a client closed while its node held it open',
  'Redis was lost and found again',
  'an unsafe comment was refused',
  'a client repeated what was refused',
  'a token was refreshed',
  'an administrator disconnected a client',
  'a client spoke no subprotocol',
  'a comment with an angle bracket reached a client',
  'a page of clients had a successor',
] as const;

/** Each mark is reached in one seed of 30 or more, so a campaign of that size never misses one. */
const WITHIN_SEEDS = 500;

type Mark = (typeof MARKS)[number];

export const reached: Property = {
  id: 'reached',
  risk: '',
  kind: 'sometimes',
  description: 'The runs reach the states in which the other properties are hard to keep.',
  marks: MARKS.map((name) => ({ name, withinSeeds: WITHIN_SEEDS })),
  checker: (view) => new Reached(view),
};

class Reached implements Checker {
  readonly observes = ['probe', 'command', 'node', 'frame'] as const;
  readonly #view: CheckerView;
  readonly #connections: Connections;
  readonly #versions = new Map<string, 'other' | undefined>();
  readonly #failedKeys = new Set<string>();
  /** The last step in which the gateway reported an end without a closing handshake. */
  #closedInStep = -1;

  constructor(view: CheckerView) {
    this.#view = view;
    this.#connections = Connections.of(view).listen({
      closing: () => this.#mark('a client closed while its node held it open'),
    });
  }

  observe(record: RunRecord): void {
    switch (record.type) {
      case 'probe':
        this.#probe(record);
        break;
      case 'command':
        this.#command(record);
        break;
      case 'node':
        if (record.phase === 'crashed') this.#crashed(record.node);
        else if (record.phase === 'started') this.#started(record);
        break;
      case 'frame':
        this.#frame(record);
        break;
      default:
        break;
    }
  }

  #probe(record: Extract<RunRecord, { type: 'probe' }>): void {
    const { step, name, fields } = reportOf(record);
    if (name === 'connection.closed' && fields['code'] === 1006) this.#closedInStep = step;
    else if (name === 'broadcast.ended' && Number(fields['reached']) >= 20)
      this.#mark('a price went to 20 clients at once');
    else if (name === 'alert.raised' && fields['name'] === 'store_unreachable')
      this.#mark('the retry budget was spent');
    else if (name === 'health.changed' && fields['health'] === 'ok') this.#mark('health was restored');
  }

  #command({ phase, node, key, detail }: Extract<RunRecord, { type: 'command' }>): void {
    if (phase === 'error') {
      this.#failedKeys.add(`${node} ${key}`);
      // The second as a client with its own connection sees it.
      if (detail === 'Reached' || detail === 'Connection') this.#failedKeys.add(node);
    } else if (phase === 'reply') {
      if (this.#failedKeys.delete(`${node} ${key}`)) this.#mark('a write failed and was written again');
      if (this.#failedKeys.delete(node)) this.#mark('Redis was lost and found again');
    }
  }

  #frame(record: Extract<RunRecord, { type: 'frame' }>): void {
    const { step, kind, direction, phase, code } = record;
    if (kind === 'text' && direction === 'down' && phase === 'sent') this.#sent(record.text);
    if (kind !== 'close') return;
    // Over TCP nothing is sent. If a fault broke the connection, the gateway would report it later.
    if (direction === 'up' && phase === 'down' && code === 1006 && step === this.#closedInStep)
      this.#mark('a silent connection was dropped');
    if (direction !== 'down' || phase !== 'sent') return;
    if (code === 4401) this.#mark('a token was refused');
    else if (code === 4408) this.#mark('a pending connection met its deadline');
    else if (code === 1008 || code === 4403) this.#mark('a client repeated what was refused');
    else if (code === 4410) this.#mark('an administrator disconnected a client');
    else if (code === 4406) this.#mark('a client spoke no subprotocol');
    else if (code === 1006) this.#mark('a silent connection was dropped');
  }

  #sent(text: string): void {
    if (text.startsWith('{"type":"error","code":"comment_')) this.#mark('an unsafe comment was refused');
    else if (text.startsWith('{"type":"refreshed"')) this.#mark('a token was refreshed');
    else if (text.startsWith('{"type":"comment"') && text.includes('<'))
      this.#mark('a comment with an angle bracket reached a client');
    else if (text.startsWith('{"type":"clients"') && !text.endsWith('"next":null}'))
      this.#mark('a page of clients had a successor');
  }

  #crashed(node: string): void {
    const connected = this.#view.ledger
      .connections()
      .some((connection) => connection.node === node && connection.atNode === 'open');
    if (connected) this.#mark('a node died with clients connected');
  }

  #started({ node, process, version }: Extract<RunRecord, { type: 'node' }>): void {
    if (process > 1) this.#mark('a node began its second process');
    this.#versions.set(node, version);
    for (const tracked of this.#connections.open.values()) {
      if (this.#versions.get(tracked.node) === version) continue;
      this.#mark('a release began beside another that had clients');
      return;
    }
  }

  #mark(name: Mark): void {
    this.#view.mark(name);
  }
}
