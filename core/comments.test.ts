import { describe, expect, test } from 'vitest';
import { GatewayWorld } from './test/gateway-world.ts';

describe('a trader', () => {
  test('sends comments unchanged to the subscribers of a symbol', () => {
    const world = new GatewayWorld();
    const reader = world.enter({ symbols: ['AAPL'] });
    const other = world.enter({ symbols: ['IBM'] });
    const trader = world.enter({ role: 'trader', user: 'ada' });
    const text = ' buy & hold: 1 < 2 \u0000é ';
    trader.say({ type: 'comment', id: 2, symbol: 'AAPL', text });
    expect(reader.framesOf('comment')).toEqual([{ type: 'comment', symbol: 'AAPL', from: 'ada', text }]);
    expect([other.framesOf('comment'), trader.framesOf('comment')]).toEqual([[], []]);
  });

  test('is audited for each unsafe comment, which no subscriber receives, and closed when it repeats them', () => {
    const world = new GatewayWorld({ unsafeCommentsMax: 2 });
    const reader = world.enter({ symbols: ['AAPL'] });
    const trader = world.enter({ role: 'trader', user: 'ada' });
    const texts = ['<b>', 'javascript:alert(1)', '<b>'];
    for (const text of texts) trader.say({ type: 'comment', id: 2, symbol: 'AAPL', text });
    expect(reader.framesOf('comment')).toEqual([]);
    expect(trader.framesOf('error').map(({ code }) => code)).toEqual(['comment_markup', 'comment_script_url']);
    expect(trader.closeCode).toBe(1008);
    const refused = world.audit.filter(({ event }) => event === 'refused');
    expect(refused.map(({ user, code }) => [user, code])).toEqual([
      ['ada', 'comment_markup'],
      ['ada', 'comment_script_url'],
      ['ada', 'comment_markup'],
    ]);
    expect(JSON.stringify(world.audit)).not.toContain('alert');
  });
});
