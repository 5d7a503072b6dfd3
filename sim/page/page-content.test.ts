/** The page in a real Chromium: hostile texts, secrets, and many records. */
import { afterAll, describe, expect, test } from 'vitest';
import { casesOf } from '../cli/test/long.ts';
import { Chromium } from './test/browser-page.ts';
import { madePage, madeRecords } from './test/made-run.ts';

/** With the rows above and below the view. */
const ROWS_MAX = 100;

const browser = await Chromium.start();
afterAll(() => browser?.close());

const opened: Chromium['open'] = (...parameters) => browser!.open(...parameters);

describe.runIf(browser !== null)('what records contain', () => {
  test('markup stays text', async () => {
    const hostile = [
      `</script><script>alert(1)</script>`,
      `"><img src=x onerror=alert(2)>`,
      `<!--<script>`,
      `javascript:alert(3)`,
      '\u2028\u202e\ud800\u0000',
      ']]>{{constructor.constructor("alert(4)")()}}',
    ];
    const made = madeRecords(200, (number) => hostile[number % hostile.length] ?? '');
    const text = hostile.join(' ');
    const page = await opened(
      await madePage(made, { name: text, verdict: text, facts: [[text, text]], command: text, notes: [text] }),
    );
    expect(await page.page.locator('img, iframe, object').count()).toBe(0);
    expect(await page.page.locator('script').count()).toBe(2);
    await page.press('Home', ...Array.from({ length: 60 }, () => 'ArrowRight'));
    const shown = await page.page.locator('.rows').innerText();
    expect(shown).toContain('</script><script>alert(1)</script>');
    expect(shown).toContain('"><img src=x onerror=alert(2)>');
    expect(await page.page.locator('img, script:not([id])').count()).toBe(1);
    expect(page.problems).toEqual([]);
    expect(page.requests).toEqual([]);
  });

  test('secrets are not in the file', async () => {
    const token = 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjbGllbnQtNiJ9.c2lnbmF0dXJl';
    const html = await madePage(madeRecords(100, () => JSON.stringify({ type: 'authenticate', token })));
    expect(html).not.toContain('eyJzdWIi');
    const page = await opened(html);
    expect(await page.page.locator('.notes').innerText()).toBe('1 token, cookie or other secret is redacted.');
    expect(await page.page.locator('.rows').innerText()).toContain('"token":"[redacted 1]"');
  });

  test('a client that sends its name as a token keeps its lane', async () => {
    const page = await opened(await madePage(madeRecords(200, () => '{"token":"client-10"}')));
    expect(await page.page.locator('.lane-client').allInnerTexts()).toContain('client-10');
    expect(await page.page.locator('.rows').innerText()).toContain('{"token":"[redacted 1]"}');
  });

  test('the inspector shows what the step of a record changed in the state', async () => {
    const made = madeRecords(60);
    const step = made.records.at(-1)?.step ?? 0;
    const hostile = '"<img src=x onerror=alert(1)>"';
    const changes = [
      { step, path: 'node-1/Room.1.#words', before: 'Map(1)', after: 'Map(2)' },
      { step, path: 'node-1/Room.1.#words["b"]', before: null, after: hostile },
      { step: 1, path: 'node-1/Room.1.#open', before: null, after: 'true' },
    ];
    const page = await opened(await madePage(made, {}, [], changes));
    const inspector = page.page.locator('.inspector');
    expect(await inspector.locator('.state dd').allInnerTexts()).toEqual(['Map(1) → Map(2)', hostile]);
    await page.press('Home');
    expect(await inspector.locator('.state').innerText()).toContain('Nothing.');
    expect(page.problems).toEqual([]);
  });

  test('cut records and texts are counted', async () => {
    const made = madeRecords(300, () => 'x'.repeat(5000));
    const page = await opened(await madePage(made));
    expect(await page.page.locator('.notes').innerText()).toMatch(/^Shrunk: \d+ texts are cut at 4000 characters\.$/);
    expect(await page.page.locator('.inspector').innerText()).not.toContain('x'.repeat(4001));
  });
});

describe.runIf(browser !== null)('many records', () => {
  // An element for each record shows with either number.
  const counts = casesOf('a page with 100,000 records', [10_000, 100_000]);
  test.each(counts)('%i: only rows near the view are drawn, at the start and after steps', async (count) => {
    const html = await madePage(madeRecords(count));
    const page = await opened(html);
    expect(await page.selectedRow()).toContain('settled');
    expect(await page.rows()).toBeLessThan(ROWS_MAX);
    const shownMs = Number(await page.page.evaluate("performance.getEntriesByName('seedstorm-shown')[0].startTime"));
    const [medianMs = 0, slowestMs = 0] = (await page.page.evaluate(`new Promise(async (done) => {
      const frame = () => new Promise((next) => requestAnimationFrame(next));
      const times = [];
      for (const key of [...Array(20).fill('ArrowLeft'), 'Home', 'End', '[', '[']) {
        const start = performance.now();
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
        await frame();
        times.push(performance.now() - start);
      }
      times.sort((left, right) => left - right);
      done([times[times.length >> 1], times.at(-1)]);
    })`)) as number[];
    expect(await page.rows()).toBeLessThan(ROWS_MAX);
    expect(await page.page.evaluate("document.querySelector('canvas.diagram').height")).toBeLessThan(4000);
    const startOfFilter = performance.now();
    await page.press('/');
    await page.page.keyboard.type('client-3');
    await page.press('Enter');
    const filterMs = performance.now() - startOfFilter;
    expect(await page.rows()).toBeLessThan(ROWS_MAX);
    const size = `${(html.length / 1e6).toFixed(1)} MB`;
    console.log(
      `${count} records, ${size}: shown after ${shownMs.toFixed(0)} ms, a step ${medianMs.toFixed(0)} ms, the slowest ${slowestMs.toFixed(0)} ms, filter typed in ${filterMs.toFixed(0)} ms`,
    );
  });
});
