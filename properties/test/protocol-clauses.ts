/** Clauses of `warned-endings`, `versioned`, `drained` and `admin-acts`. */
import { aloneClause as clause, type Clause, inCore } from './clause.ts';
import { deployedWithClients, deployedWithoutRedis } from './written-plans.ts';

export const protocolClauses: readonly Clause[] = [
  clause('warned-endings', 'a connection ends with one refusal less', 'closed without warning', [
    inCore('strikes.ts', 'Strikes.add', 'times.length > ', 'times.length >= '),
  ]),
  clause('warned-endings', 'refusals are counted without a window', 'closed without warning', [
    inCore('strikes.ts', 'Strikes.add', 'atMs > sinceMs', 'sinceMs < Infinity'),
  ]),
  clause('warned-endings', 'refusals end no connection', 'too many warnings', [
    inCore('strikes.ts', 'Strikes.add', 'return times.length > this.#limits[most];', 'return false;'),
  ]),
  clause(
    'warned-endings',
    'invalid frames are counted with other requests',
    ['too many warnings', 'closed without warning'],
    [
      inCore(
        'replies.ts',
        'Replies.refuse',
        'const { closing } = errors[code];',
        "const closing = code === 'bad_frame' ? 'policy' : errors[code].closing;",
      ),
    ],
  ),
  clause('versioned', 'clients without a subprotocol are served', 'frame without subprotocol', [
    inCore('gateway.ts', 'createGateway', "protocol === subprotocol ? null : 'unsupported_protocol'", 'null'),
  ]),
  clause('versioned', 'one client in many is refused for its subprotocol', 'subprotocol refused', [
    inCore(
      'gateway.ts',
      'createGateway',
      'protocol === subprotocol ? null',
      'protocol === subprotocol && registry.size % 7 !== 6 ? null',
    ),
  ]),
  clause('drained', 'a stop is not announced', 'closed without announcement', [
    inCore('drain.ts', 'drain', "if (state === 'authenticated') outbox.send(text);", ''),
  ]),
  clause('drained', 'a stop closes all clients at once', 'closed too early', [
    inCore('drain.ts', 'drain', '(index * limits.drainOverMs) / connections.length', '0'),
  ]),
  clause('drained', 'a stop closes the newest client first', 'closed out of order', [
    inCore('drain.ts', 'drain', 'registry.living()', '[...registry.living()].reverse()'),
  ]),
  {
    ...clause('drained', 'a drain takes twice its time, and no limit ends it', 'still connected', [
      inCore('drain.ts', 'drain', 'index * limits.drainOverMs', 'index * 2 * limits.drainOverMs'),
      inCore('stop-limit.ts', 'stopLimit', 'endsAtMs - REST_MS[step]', 'endsAtMs + 5000'),
    ]),
    plan: deployedWithClients,
  },
  clause(
    'drained',
    'a gateway that stops accepts tokens',
    ['served while stopping', 'closed without announcement'],
    [inCore('gateway.ts', 'createGateway', "stopped !== null && connection.state === 'pending'", 'false')],
  ),
  clause('stops-in-time', 'a stop waits for its clients to leave', 'still stopping', [
    inCore('drain.ts', 'drain', 'if (delayMs <= 0) end(connection);\n      else await', 'void end;\n      await'),
    inCore(
      'gateway.ts',
      'createGateway',
      "await withTimeout(clock, tag, within('drain'), drained.ended);",
      'await drained.ended;',
    ),
  ]),
  clause('stops-in-time', 'a stop waits until the leases of rows have ended', 'still stopping', [
    inCore(
      'gateway.ts',
      'createGateway',
      "within('flush'), persistence.flush()",
      'limits.leaseMs, new Promise(() => undefined)',
    ),
  ]),
  {
    ...clause('stops-in-time', 'a stop waits for Redis', 'still stopping', [
      inCore(
        'gateway.ts',
        'createGateway',
        "await withTimeout(clock, tag, within('flush'), persistence.flush())",
        'await persistence.flush().then(() => "settled")',
      ),
    ]),
    plan: deployedWithoutRedis,
  },
  {
    ...clause('stops-in-time', 'each step of a stop has the whole limit', 'still stopping', [
      inCore('stop-limit.ts', 'stopLimit', 'endsAtMs - REST_MS[step] - clock.monotonicMs()', 'stopWithinMs'),
    ]),
    plan: deployedWithoutRedis,
  },
  clause('admin-acts', 'a page begins with the last client of the page before', 'wrong page', [
    inCore('administration.ts', 'Administration.list', 'connection.number > after', 'connection.number >= after'),
  ]),
  clause('admin-acts', 'the last page names another one', 'wrong page', [
    inCore('administration.ts', 'Administration.list', 'rest.length > clients.length', 'rest.length > 0'),
  ]),
  clause('admin-acts', 'disconnecting is answered but not performed', 'still connected', [
    inCore('administration.ts', 'Administration.disconnect', "end(connection, 'disconnected');", ''),
  ]),
  clause('admin-acts', 'every role may disconnect clients', 'disconnected by no administrator', [
    inCore('auth.ts', 'isAllowed', 'return granted[role].has(permission);', 'return granted.admin.has(permission);'),
  ]),
];
