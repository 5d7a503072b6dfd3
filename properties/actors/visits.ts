/**
 * What a client of the gateway does: visits, in which it connects, authenticates, performs some
 * operations, and leaves or not. Mostly in a valid order and sometimes not.
 */
import type { ScriptDraw, ScriptedOperation } from '../../sim/index.ts';
import { COMMENTS, SAFE_COMMENTS, UNSAFE_COMMENTS } from '../support/comments.ts';
import { FEW_SYMBOLS, INVALID_TOKENS, SHARED_USER, SHORT_TOKENS } from '../support/tokens.ts';

const SYMBOLS = ['AAPL', 'AMZN', 'GOOG', 'IBM', 'MSFT'];

/** Each is invalid in another way. */
/** No request of a client has the id 0, so no refusal is taken for the answer to one. */
const GARBAGE = ['{"type":"no such thing"', '{"type":"no such thing","id":0}', '{"type":"subscribe","id":0}', 'null'];

const REFRESHED_BY = ['good', 'viewer', 'trader', 'admin', FEW_SYMBOLS, 'previous secret', 'other user'];
/** Of tokens that the gateway accepts. */
const AUTHENTICATED_BY = ['good', 'good', 'good', 'good', 'good', 'good', 'previous secret', FEW_SYMBOLS];

type Add = (name: string, args?: ScriptedOperation['arguments'], longestPauseMs?: number) => void;

export function visits(draw: ScriptDraw, operationsMax: number): readonly ScriptedOperation[] {
  const operations: ScriptedOperation[] = [];
  const add: Add = (name, args = {}, longestPauseMs = 600) => {
    operations.push({ name, arguments: args, pauseMs: draw.fraction('pause') * longestPauseMs });
  };
  while (operations.length < operationsMax) {
    if (draw.fraction('upgrades') < 0.15) {
      addUpgradedVisit(draw, add);
      continue;
    }
    add('connect', draw.fraction('protocol') < 0.02 ? { protocol: 'none' } : {});
    const token = draw.fraction('token');
    // 10 % never authenticate, and 10 % send an invalid token.
    if (token < 0.1) {
      if (token < 0.03) add(draw.pick('unasked', ['subscribe', 'sendGarbage', 'status']), { symbol: 'AAPL' });
      add('disconnect', {}, 4000);
      continue;
    }
    if (token > 0.9) {
      addShortVisit(draw, add);
      continue;
    }
    if (token > 0.86) {
      addNarrowedVisit(add);
      continue;
    }
    if (token > 0.83) {
      addRevokingVisit(draw, add);
      continue;
    }
    if (token > 0.72) {
      addSharedVisit(draw, add);
      continue;
    }
    if (token > 0.68) {
      addHastyVisit(draw, add);
      continue;
    }
    if (token > 0.64) {
      addSpreadVisit(draw, add);
      continue;
    }
    add('authenticate', { token: draw.pick('kind', token < 0.2 ? INVALID_TOKENS : AUTHENTICATED_BY) });
    for (let count = draw.integer('count', 0, 4); count > 0; count -= 1) addRequest(draw, add);
    const leaves = draw.fraction('leaves');
    if (leaves < 0.6) add(leaves < 0.15 ? 'vanish' : 'disconnect', {}, 3000);
  }
  return operations.slice(0, operationsMax);
}

/** It sends its token with the upgrade, and mostly stays subscribed for longer than others. */
function addUpgradedVisit(draw: ScriptDraw, add: Add): void {
  const kinds = draw.fraction('offered') < 0.2 ? INVALID_TOKENS : [...AUTHENTICATED_BY, SHARED_USER, ...SHORT_TOKENS];
  add('connect', { token: draw.pick('kind', kinds) });
  add('subscribe', { symbol: 'AAPL' }, 300);
  for (let count = draw.integer('count', 0, 4); count > 0; count -= 1) addRequest(draw, add);
  add('ping', {}, 9000);
  if (draw.fraction('leaves') < 0.6) add('disconnect', {}, 3000);
}

function addRequest(draw: ScriptDraw, add: Add): void {
  const symbol = draw.pick('symbol', SYMBOLS.slice(0, draw.fraction('popular') < 0.7 ? 2 : SYMBOLS.length));
  if (draw.fraction('talks') < 0.2) {
    // Its own comments come back to it, so it need not be in luck to have something to read.
    add('subscribe', { symbol }, 300);
    add('stopReading', { ms: draw.integer('stops', 2000, 6000) }, 300);
    add('talk', { symbol }, 300);
    add('status', {}, 8000);
    return;
  }
  if (draw.fraction('reconnects') < 0.1) {
    add('subscribe', { symbol }, 300);
    add('disconnect', {}, 3000);
    add('connect', {}, 3000);
    add('authenticate', { token: 'good' }, 300);
    add('subscribe', { symbol }, 300);
    return;
  }
  const what = draw.fraction('what');
  if (what < 0.5) addSubscription(draw, add, draw.fraction('several') < 0.2 ? 'IBM,GOOG' : symbol);
  else if (what < 0.68) add('unsubscribe', { symbol: draw.fraction('several') < 0.2 ? 'AAPL,AMZN' : symbol }, 3000);
  else if (what < 0.78) add('comment', { symbol, text: draw.pick('text', COMMENTS) });
  else if (what < 0.82) add('status');
  else if (what < 0.85) add('ping');
  else if (what < 0.89)
    add('refresh', { token: draw.pick('refreshed', [...REFRESHED_BY, draw.pick('invalid', INVALID_TOKENS)]) });
  else if (what < 0.93) addAdministration(draw, add);
  else addNuisance(draw, add);
}

/** In some cases with a rate, below that of the source or the same. */
function addSubscription(draw: ScriptDraw, add: Add, symbol: string): void {
  const rate = draw.fraction('paced') < 0.2 ? { maxPerSecond: draw.pick('rate', [1, 2]) } : {};
  add('subscribe', { symbol, ...rate }, 1500);
}

/** Its token expires while it is connected, or is refreshed in time, or a little late. */
function addShortVisit(draw: ScriptDraw, add: Add): void {
  add('authenticate', { token: draw.pick('short', SHORT_TOKENS) }, 300);
  add('subscribe', { symbol: 'AAPL' }, 300);
  for (let count = draw.integer('refreshes', 0, 3); count > 0; count -= 1)
    add('refresh', { token: draw.pick('next', [...SHORT_TOKENS, 'good']) }, 5000);
  add('disconnect', {}, 6000);
}

/** A new token permits only some of the symbols that it is subscribed to. */
function addNarrowedVisit(add: Add): void {
  add('authenticate', { token: 'good' });
  add('subscribe', { symbol: 'AAPL' }, 300);
  add('subscribe', { symbol: 'IBM,GOOG' }, 600);
  add('refresh', { token: FEW_SYMBOLS }, 1500);
  add('disconnect', {}, 3000);
}

/** Reconnects again and again, faster than the gateway tolerates. */
function addHastyVisit(draw: ScriptDraw, add: Add): void {
  if (draw.fraction('crowds') < 0.4) add('crowd');
  for (let times = draw.integer('times', 4, 8); times > 0; times -= 1) {
    add('disconnect', {}, 100);
    add('connect', {}, 100);
  }
  add('authenticate', { token: 'good' }, 300);
}

/** Connects as a user that other clients share, mostly until others do, too. */
function addSharedVisit(draw: ScriptDraw, add: Add): void {
  add('authenticate', { token: SHARED_USER }, 300);
  add('subscribe', { symbol: 'AAPL' }, 300);
  for (let floods = draw.integer('floods', 0, 3); floods > 0; floods -= 1) add('flood', {}, 1500);
  add('ping', {}, 6000);
  if (draw.fraction('stays') < 0.6) add('disconnect', {}, 4000);
}

/**
 * Has connections to several nodes, perhaps more than a user may, or sends to each in turn, as fast
 * as each of them accepts.
 */
function addSpreadVisit(draw: ScriptDraw, add: Add): void {
  add('authenticate', { token: 'good' });
  add('spread', {}, 300);
  if (draw.fraction('crowded') < 0.4) {
    add('spread', {}, 300);
    add('ping', {}, 8000);
    return;
  }
  for (let times = 10; times > 0; times -= 1) add('rush', {}, 900);
}

/** An administrator revokes a token, more often than a user, who could not come back. */
function addRevokingVisit(draw: ScriptDraw, add: Add): void {
  add('authenticate', { token: 'admin' });
  add('announce', { text: draw.pick('announced', SAFE_COMMENTS) }, 2000);
  add('listClients', {}, 4000);
  for (let count = draw.integer('revocations', 1, 4); count > 0; count -= 1)
    add('revokeOther', { subject: draw.fraction('subject') < 0.3 ? 'user' : 'token' });
  add('disconnect', {}, 3000);
}

/** Clients with other roles try it, too. */
function addAdministration(draw: ScriptDraw, add: Add): void {
  for (let pages = draw.integer('pages', 1, 2); pages > 0; pages -= 1) add('listClients');
  if (draw.fraction('announces') < 0.5) add('announce', { text: draw.pick('announced', COMMENTS) });
  if (draw.fraction('disconnects') < 0.6) add('disconnectOther');
}

/** Repeats what is refused, mostly faster than the gateway tolerates. */
function addNuisance(draw: ScriptDraw, add: Add): void {
  const kind = draw.fraction('nuisance');
  if (draw.fraction('floods') < 0.15) {
    add('flood', {}, 900);
    add('flood', {}, 900);
  }
  for (let times = draw.integer('times', 1, 5); times > 0; times -= 1) {
    if (kind < 0.4) add('sendGarbage', { text: draw.pick('garbage', GARBAGE) }, 900);
    else if (kind < 0.6) add('comment', { symbol: 'AAPL', text: draw.pick('unsafe', UNSAFE_COMMENTS) }, 900);
    else if (kind < 0.8) add('status', {}, 900);
    else add('subscribe', { symbol: 'NONE' }, 900);
  }
}
