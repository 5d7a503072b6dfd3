/** The page in a real Chromium, from a file. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { casesOf } from '../cli/test/long.ts';
import { Chromium } from './test/browser-page.ts';
import { FAILURE_TEXT, madePage, madeRecords } from './test/made-run.ts';

const browser = await Chromium.start();
afterAll(() => browser?.close());

const opened: Chromium['open'] = (...parameters) => browser!.open(...parameters);

describe.runIf(browser !== null)('a page', () => {
  const made = madeRecords(600);
  const last = made.records.length;
  let html = '';

  beforeAll(async () => {
    html = await madePage(made);
  });

  test.each([
    { width: 1400, height: 900 },
    { width: 420, height: 800 },
  ])('opens at the violation, and requests nothing: %o', async (viewport) => {
    const page = await opened(html, { viewport });
    expect(await page.selected()).toBe(`#${last} fault`);
    expect(await page.page.locator('.inspector .failure').innerText()).toBe(FAILURE_TEXT);
    expect(await page.selectedRow()).toContain('settled');
    const list = await page.page.locator('.scroller').boundingBox();
    const row = await page.page.locator('[aria-selected=true]').boundingBox();
    expect(row!.y).toBeGreaterThan(list!.y);
    expect(row!.y + row!.height).toBeLessThan(list!.y + list!.height);
    expect(await page.page.title()).toBe('answered · seedstorm');
    expect(page.requests).toEqual([]);
    expect(page.problems).toEqual([]);
  });

  test('its policy refuses requests, scripts and styles that something adds', async () => {
    const received: string[] = [];
    const server = createServer(({ url = '' }, response) => {
      received.push(url);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const page = await opened(html);
    await page.page.evaluate(`new Promise((done) => {
      globalThis.refused = [];
      document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
        globalThis.refused.push(effectiveDirective);
        if (globalThis.refused.length === 4) done();
      });
      const add = (tag, members) => document.body.append(Object.assign(document.createElement(tag), members));
      add('img', { src: 'http://127.0.0.1:${port}/image' });
      add('script', { textContent: 'globalThis.isRun = true' });
      add('style', { textContent: 'body { display: none }' });
      fetch('http://127.0.0.1:${port}/data').catch(() => undefined);
    })`);
    const refused = (await page.page.evaluate('refused')) as string[];
    expect(refused.sort()).toEqual(['connect-src', 'img-src', 'script-src-elem', 'style-src-elem']);
    expect(await page.page.evaluate('globalThis.isRun')).toBeUndefined();
    await new Promise((resolve) => server.close(resolve));
    expect(received).toEqual([]);
  });

  test('keys move between records, within a lane, between faults and to the violation', async () => {
    const page = await opened(html, { hash: '#r=100' });
    const selected = async (...keys: readonly string[]): Promise<number> => {
      await page.press(...keys);
      return Number(/#(\d+)/.exec(await page.selected())?.[1]);
    };
    const recordOf = (number: number) => made.records[number - 1];
    expect(await selected()).toBe(100);
    expect(await selected('ArrowRight', 'ArrowRight')).toBe(102);
    expect(await selected('ArrowLeft')).toBe(101);
    expect(await selected('ArrowDown')).toBe(102);
    expect(await selected('ArrowUp', 'ArrowUp')).toBe(100);
    const lane = (number: number): string => {
      const record = recordOf(number);
      return record?.type === 'operation' ? record.actor : '';
    };
    const operation =
      made.records.findIndex(
        (record, index) => index > 100 && record.type === 'operation' && record.phase === 'begin',
      ) + 1;
    await page.follow(`#r=${operation}`);
    expect(await selected()).toBe(operation);
    const next = await selected('Shift+ArrowRight');
    expect(recordOf(next)).toMatchObject({ type: 'frame', client: lane(operation), phase: 'sent' });
    expect(await selected('Shift+ArrowLeft')).toBe(operation);
    const fault = await selected(']');
    expect(recordOf(fault)?.type).toBe('fault');
    expect(fault).toBeGreaterThan(operation);
    expect(await selected('[')).toBeLessThan(operation);
    expect(await selected('.')).toBe(last);
    expect(await selected('Home')).toBe(1);
    expect(await selected('ArrowLeft')).toBe(1);
    expect(await selected('PageDown')).toBeGreaterThan(10);
    expect(await selected('End')).toBe(last);
  });

  test('the cone of the record is marked, and c shows it alone', async () => {
    const applied = made.records.findIndex((record) => record.type === 'command' && record.phase === 'applied') + 1;
    const page = await opened(html, { hash: `#r=${applied}` });
    // The operation, two frames, and the command that was sent and applied.
    expect(await page.page.locator('.is-cause').count()).toBe(5);
    await page.press('c');
    expect(await page.page.locator('.filter').inputValue()).toBe(`why:${applied}`);
    expect(await page.rows()).toBe(5);
    await page.page.locator('.links button').first().click();
    expect(await page.selected()).toBe(`#${applied - 1} command`);
    await page.press('c');
    expect(await page.page.locator('.filter').inputValue()).toBe('');
  });

  test('the browser goes back to where a jump began, and a hidden record is named', async () => {
    const page = await opened(html, { hash: '#r=100' });
    await page.press('.');
    expect(await page.selected()).toBe(`#${last} fault`);
    await page.page.waitForURL((url) => !url.hash.includes('r=100'));
    await page.page.goBack();
    await page.drawn();
    expect(await page.selected()).toMatch(/^#100 /);
    await page.page.locator('.kind-button').filter({ hasText: made.records[99]!.type }).click();
    expect(await page.selectedRow()).toBeNull();
    await page.page.locator('.hidden button').click();
    expect(await page.selectedRow()).not.toBeNull();
  });

  test('a lost message ends in a cross, in red; others are not red', async () => {
    // Red pixels in the row of each record of the filter.
    const redIn = async (filter: string): Promise<readonly number[]> => {
      const page = await opened(html, { hash: `#r=1&q=${encodeURIComponent(filter)}`, colorScheme: 'light' });
      return (await page.page.evaluate(`(() => {
        const canvas = document.querySelector('canvas.diagram');
        const context = canvas.getContext('2d');
        return [...document.querySelectorAll('[role=option]')].map((row) => {
          const { data } = context.getImageData(0, parseInt(row.style.top) * devicePixelRatio, canvas.width, 24);
          let red = 0;
          for (let at = 0; at < data.length; at += 4)
            if (data[at] > 120 && data[at + 1] < 80 && data[at + 2] < 80 && data[at + 3] > 100) red += 1;
          return red;
        });
      })()`)) as number[];
    };
    const lost = await redIn('k:frame lost');
    expect(lost.length).toBe(
      made.records.filter((record) => record.type === 'frame' && record.phase === 'lost').length,
    );
    for (const red of lost) expect(red).toBeGreaterThan(10);
    expect(Math.max(...(await redIn('k:frame -lost')))).toBe(0);
  });

  test('a filter leaves matching rows, and its mistakes are named', async () => {
    const page = await opened(html);
    await page.press('/');
    await page.page.keyboard.type('k:fault n:node-1');
    await page.press('Enter');
    const faults = made.records.filter((record) => record.type === 'fault' && ['node-1', '*'].includes(record.target));
    const status = page.page.locator('.filter-status');
    // The phases of the run have no node.
    expect(await status.innerText()).toBe(`${faults.length - 1} of ${last}`);
    for (const row of await page.page.locator('[role=option] .who').allInnerTexts()) expect(row).toBe('');
    await page.press('/');
    await page.page.keyboard.type('k:nonsense');
    await page.press('Enter');
    expect(await status.innerText()).toContain('nonsense is not a kind (expected operation, frame');
    await page.page.locator('.kind-button.kind-frame').click();
    expect(await page.page.locator('.filter').inputValue()).toContain('-k:frame');
  });

  test('the filter, the run and the record survive a reload', async () => {
    const page = await opened(html, { hash: `#r=${last}` });
    await page.press('/');
    await page.page.keyboard.type('k:frame "client-2" -lost');
    await page.press('Enter', 'Home', 'ArrowRight');
    const selected = await page.selected();
    const rows = await page.rows();
    await page.page.waitForURL(({ hash }) => hash.includes('q=') && !hash.includes(`r=${last}`));
    await page.page.reload();
    await page.drawn();
    expect(await page.selected()).toBe(selected);
    expect(await page.page.locator('.filter').inputValue()).toBe('k:frame "client-2" -lost');
    expect(await page.rows()).toBe(rows);
    expect(page.problems).toEqual([]);
  });

  test('an address that names nothing shows the violation', async () => {
    const page = await opened(html, { hash: '#run=%3Cb%3E&r=x&q=s:y' });
    expect(await page.selected()).toBe(`#${last} fault`);
    expect(await page.page.locator('.filter-status').innerText()).toContain('s: takes steps');
    expect(page.problems).toEqual([]);
  });

  test('the original run is one click away', async () => {
    const original = madeRecords(900);
    const report = { ...original, failure: { verdict: 'violation', text: 'before', step: 9000, atMs: 0 } };
    const other = { name: 'original', title: 'Original', about: 'Before.', report: report as never } as const;
    const page = await opened(await madePage(made, {}, [other]));
    await page.page.getByRole('button', { name: 'Original' }).click();
    await page.drawn();
    expect(await page.selected()).toBe(`#${original.records.length} fault`);
    expect(await page.page.locator('.end').innerText()).toBe('before');
    await page.press('r');
    expect(await page.selected()).toBe(`#${last} fault`);
  });

  test('the passing run is beside it, with what only one of both has', async () => {
    const passes = { ...made, records: made.records.filter((_, position) => ![100, 101, 400].includes(position)) };
    const report = { ...passes, causes: [], failure: null };
    const other = { name: 'passing', title: 'Passing', about: 'Everything holds when it is slow.', report } as const;
    const html = await madePage({ ...made, records: made.records.filter((_, position) => position !== 200) }, {}, [
      { ...other, differsFrom: 100 },
    ]);
    const page = await opened(html, { hash: '#r=90' });
    expect(await page.page.locator('.about').innerText()).toContain('Everything holds when it is slow.');
    await page.press('d');
    expect(await page.selected()).toMatch(/^#101 /);
    expect(await page.page.locator('.is-failing-only').count()).toBe(2);
    expect(await page.page.locator('[aria-selected=true] .other').innerText()).toBe('');
    await page.press('ArrowRight', 'ArrowRight');
    const other103 = await page.page.locator('[aria-selected=true] .other .what').innerText();
    expect(await page.page.locator('[aria-selected=true] > .what').innerText()).toBe(other103);
    await page.press('d');
    expect(await page.page.locator('.is-passing-only').count()).toBe(1);
    expect(await page.selected()).toMatch(/^#201 /);
    await page.press('d');
    expect(await page.selected()).toMatch(/^#400 /);
    await page.press('Shift+D', 'Shift+D');
    expect(await page.selected()).toMatch(/^#101 /);
    await page.page.evaluate(axe.source);
    const results = (await page.page.evaluate('axe.run()')) as axe.AxeResults;
    expect(results.violations.map(({ id }) => id)).toEqual([]);
    await page.page.getByRole('button', { name: 'Side by side' }).click();
    expect(await page.page.locator('.other').count()).toBe(0);
    await page.page.getByRole('button', { name: 'Passing' }).click();
    expect(await page.selected()).toMatch(new RegExp(`^#${passes.records.length} `));
    expect(page.problems).toEqual([]);
  });

  test('the command is copied', async () => {
    const page = await opened(html);
    await page.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.page.getByRole('button', { name: 'Copy command' }).click();
    expect(await page.page.evaluate('navigator.clipboard.readText()')).toBe('npx seedstorm replay a1b2c3');
  });

  // Each colour scheme and each width once: no colour depends on the width.
  const looks = [
    { colorScheme: 'light', width: 1400, height: 900 },
    { colorScheme: 'dark', width: 420, height: 800 },
    { colorScheme: 'light', width: 420, height: 800 },
    { colorScheme: 'dark', width: 1400, height: 900 },
  ] as const;
  test.each(casesOf('axe with the other widths', looks, 2))(
    'axe finds nothing in $colorScheme at $width pixels',
    async ({ colorScheme, ...viewport }) => {
      const page = await opened(html, { colorScheme, viewport });
      await page.page.evaluate(axe.source);
      const results = (await page.page.evaluate('axe.run()')) as axe.AxeResults;
      expect(results.violations.map(({ id, nodes }) => [id, nodes[0]?.html])).toEqual([]);
      await page.press('?');
      const ofHelp = (await page.page.evaluate("axe.run('dialog')")) as axe.AxeResults;
      expect(ofHelp.violations.map(({ id }) => id)).toEqual([]);
      await page.press('Escape');
      expect(await page.page.locator('dialog').isVisible()).toBe(false);
    },
  );
});
