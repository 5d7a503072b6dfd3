/** Clauses of the properties about identity and access. */
import { aloneClause as clause, type Clause, inCore } from './clause.ts';
import { teamAtTwoNodes } from './written-plans.ts';

const UPGRADED = 'admission.identify(token, address, upgrade, clock.monotonicMs())';

export const accessClauses: readonly Clause[] = [
  clause('valid-tokens', 'the audience of a token is not checked', 'invalid token accepted', [
    inCore('auth.ts', 'authenticate', '    audience,\n    clockTolerance', '    clockTolerance'),
  ]),
  clause('valid-tokens', 'the algorithm of a token is not pinned', 'invalid token accepted', [
    inCore('auth.ts', 'authenticate', "algorithms: ['HS256' as const],", ''),
  ]),
  clause('valid-tokens', 'the previous secret is refused', 'valid token refused', [
    inCore('auth.ts', 'authenticate', 'of keys)', 'of keys.slice(0, 1))'),
  ]),
  clause('valid-tokens', 'an invalid token at the upgrade is ignored', 'upgrade not refused', [
    inCore(
      'gateway.ts',
      'createGateway',
      UPGRADED,
      `((found) => (typeof found === 'string' ? null : found))(${UPGRADED})`,
    ),
  ]),
  clause('valid-tokens', 'a valid token at the upgrade is ignored', 'upgrade not authenticated', [
    inCore('gateway.ts', 'createGateway', 'if (identity !== null) admission.admit(connection, identity);', ''),
  ]),
  clause('valid-tokens', 'no token is accepted at the upgrade', 'valid token refused', [
    inCore('gateway.ts', 'createGateway', UPGRADED, "'unauthenticated'"),
  ]),
  clause('expired-leave', 'an expired token is never noticed by the sweeper', 'expired connection', [
    inCore('sweeper.ts', 'Sweeper.#verdictOf', "return 'expired';", "return 'fine';"),
  ]),
  clause('expired-leave', 'a token may be refreshed after its expiry', 'refreshed after the expiry', [
    inCore('conversation.ts', 'Conversation.#handle', 'admission.expire(connection)', 'connection.identity === null'),
  ]),
  clause('expired-leave', 'a refreshed token keeps the expiry of the old one', 'ended as expired', [
    inCore(
      'registry.ts',
      'Registry.refresh',
      'entry.identity = identity;',
      'entry.identity = { ...identity, endsAtMs: entry.identity.endsAtMs };',
    ),
  ]),
  clause('revoked-leave', 'revocations of other nodes end no connection', 'revoked connection', [
    inCore('revocations.ts', 'Revocations.merge', 'this.#enforce();', ''),
  ]),
  clause(
    'revoked-leave',
    'a revoked user may connect again',
    ['revoked token accepted', 'revoked connection'],
    [inCore('admission.ts', 'Admission.identify', 'if (isRevoked(identity)) {', 'if (nowMs < 0) {')],
  ),
  clause('revoked-leave', 'a revocation ends no connection', 'revoked connection', [
    inCore('revocations.ts', 'Revocations.revoke', 'this.#enforce();', ''),
  ]),
  clause('revoked-leave', 'revocations are not written again after Redis lost them', 'revocation missing in Redis', [
    inCore(
      'revocations.ts',
      'Revocations.merge',
      '< revocation.revokedAtMs) this.#unsaved.add(key);',
      '< 0) continue;',
    ),
  ]),
  clause(
    'revoked-leave',
    'a revocation is written to Redis once, whether that fails or not',
    'revocation missing in Redis',
    [
      inCore(
        'revocation-sync.ts',
        'RevocationSync.#round',
        'if (unsaved.length > 0) {',
        'if (unsaved.length > 0) {\n      revocations.saved(unsaved);',
      ),
      inCore(
        'revocations.ts',
        'Revocations.merge',
        '< revocation.revokedAtMs) this.#unsaved.add(key);',
        '< 0) continue;',
      ),
    ],
  ),
  clause('revoked-leave', 'a revocation of a token ends every connection', 'ended as revoked', [
    inCore(
      'revocations.ts',
      'Revocations.isRevoked',
      'this.#known.has(`token:${tokenId}`)',
      '[...this.#known.keys()].some((key) => key.startsWith("token:"))',
    ),
  ]),
  clause('permitted-symbols', 'every token permits every symbol', 'forbidden subscription', [
    inCore('conversation.ts', 'Conversation.#maySee', 'permitted === null', 'permitted !== undefined'),
  ]),
  clause(
    'permitted-symbols',
    'a refreshed token keeps subscriptions that it does not permit',
    'subscription not ended',
    [inCore('admission.ts', 'Admission.refresh', 'this.#dropForbidden(connection, identity);', '')],
  ),
  clause('permitted-symbols', 'a refreshed token ends all subscriptions', 'permitted subscription ended', [
    inCore('admission.ts', 'Admission.#dropForbidden', '!symbols.has(symbol)', 'symbols.size > 0'),
  ]),
  clause('user-limit', 'connections at other nodes are not counted', 'too many connections', [
    inCore('user-sync.ts', 'UserSync.#settle', '.filter(([name]) => name !== node)', '.slice(put.value.size)'),
  ]),
  clause(
    'user-limit',
    'a node does not bound the connections of a user on its own',
    ['too many connections at one node', 'too many connections'],
    [inCore('admission.ts', 'Admission.admit', "end(oldest, 'replaced');", '')],
  ),
  {
    ...clause('user-limit', 'the newest connections are replaced', 'replaced too early', [
      inCore('user-sync.ts', 'UserSync.#settle', '.sort(byAge)', '.sort((a, b) => byAge(b, a))'),
    ]),
    plan: teamAtTwoNodes,
  },
  clause('user-limit', 'a connection is replaced before the limit is reached', 'replaced too early', [
    inCore(
      'admission.ts',
      'Admission.admit',
      'others.length + 1 >= limits[closings.replaced.most]',
      'others.length + 2 >= limits[closings.replaced.most]',
    ),
  ]),
  clause('user-limit', 'a new connection may replace one of another user', 'replaced too early', [
    inCore('admission.ts', 'Admission.admit', 'registry.connectionsOf(identity.user)', 'registry.living()'),
  ]),
  {
    ...clause('user-limit', 'users that others report are not looked at', 'too many connections', [
      inCore(
        'user-sync.ts',
        'UserSync.#beat',
        'if (registry.connectionsOf(user).length > 0) this.#due.add(user);',
        'void user;',
      ),
    ]),
    plan: teamAtTwoNodes,
  },
  clause('address-limits', 'new connections of an address are not counted', 'too many new connections', [
    inCore('address-limiter.ts', 'AddressLimiter.opened', 'this.#fresh.take(address, nowMs);', ''),
  ]),
  clause('address-limits', 'an address may have any number of connections', 'too many connections', [
    inCore('address-limiter.ts', 'AddressLimiter.refusalOf', "return 'address_full';", ';'),
  ]),
  clause('address-limits', 'closed connections of an address count', 'refused for its address', [
    inCore('gateway.ts', 'createGateway', 'addresses.closed(socket.remoteAddress)', 'void socket'),
  ]),
  clause('address-limits', 'all addresses share one rate', 'refused for its address', [
    inCore(
      'address-limiter.ts',
      'AddressLimiter.refusalOf',
      'this.#fresh.level(address, nowMs)',
      "this.#fresh.level('', nowMs)",
    ),
    inCore(
      'address-limiter.ts',
      'AddressLimiter.opened',
      'this.#fresh.take(address, nowMs);',
      "this.#fresh.take('', nowMs);",
    ),
  ]),
];
