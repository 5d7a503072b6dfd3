/** The page at `/` of the gateway, in a real browser. */
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from 'node:http';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { pageFiles } from '../core/adapters/page-files.ts';
import type { RunningServer } from '../core/server.ts';
import { PATIENT as WITHOUT_BROWSER } from '../core/test/patient.ts';
import { served, tokenFor } from '../core/test/served.ts';
import { startChromium } from '../sim/cli/test/chromium.ts';

const HOSTILE = ['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', 'a < b && "c"', '&lt;b&gt;'];

let browser: Browser | null = null;
/** Most tests share it: another tab is another process of the browser. */
let tab: Page | undefined;
let server: RunningServer;
/** What the browser reported: errors, violations of the policy, requests to elsewhere. */
let problems: string[] = [];

beforeAll(async () => {
  browser = await startChromium('the page of the gateway');
  server = await served({ PRICE_INTERVAL_MS: '50' });
});
afterAll(async () => {
  await browser?.close();
  await server.stop();
});
interface Look {
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
  /** Of another gateway. */
  readonly port?: number;
}

/** A question to the browser takes milliseconds of its CPU time. */
const PATIENT = { ...WITHOUT_BROWSER, interval: 100 };
const VIEWPORT = { width: 1280, height: 720 };

/** Opens the page in the tab of the tests, or in one that the caller closes. */
async function open(
  { viewport = VIEWPORT, colorScheme = 'light', port = server.port }: Look = {},
  own?: Page,
): Promise<Page | null> {
  const page = own ?? (tab ??= await browser?.newPage());
  if (page === undefined) return null;
  await page.setViewportSize(viewport);
  await page.emulateMedia({ colorScheme });
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('ERR_CONNECTION_REFUSED')) problems.push(message.text());
  });
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('dialog', () => problems.push('a dialog'));
  page.on('request', (request) => {
    if (new URL(request.url()).host !== `127.0.0.1:${port}`) problems.push(request.url());
  });
  await page.goto(`http://127.0.0.1:${port}/`);
  return page;
}

async function connect(page: Page, role = 'trader', user = 'ada'): Promise<void> {
  await page.getByLabel('Token').fill(tokenFor(user, role));
  await page.getByRole('button', { name: 'Connect', exact: true }).click();
  await page.locator('#connection[data-state=open]').waitFor();
}

const priceOf = (page: Page, symbol: string) =>
  page
    .getByRole('row', { name: new RegExp(`^${symbol}`) })
    .locator('td')
    .first();

describe('the page', () => {
  afterEach(async () => {
    // A page that is left open goes on to draw prices.
    tab?.removeAllListeners();
    await tab?.goto('about:blank');
    problems = [];
  });

  test('shows live prices and the health of the gateway', async () => {
    const page = await open();
    if (page === null) return;
    await connect(page);
    await expect.poll(() => priceOf(page, 'AAPL').textContent(), PATIENT).toMatch(/^\d+\.\d\d$/);
    const first = await priceOf(page, 'AAPL').textContent();
    await expect.poll(() => priceOf(page, 'AAPL').textContent(), PATIENT).not.toBe(first);
    await expect.poll(() => page.locator('#health').textContent(), PATIENT).toBe('ok');
    expect(page.url()).toBe(`http://127.0.0.1:${server.port}/`);
    expect(problems).toEqual([]);
  });

  test('shows comments as text, also those that the gateway would refuse', async () => {
    const page = await browser?.newPage();
    if (page === undefined) return;
    await page.routeWebSocket('**/stream', (socket) => {
      const gateway = socket.connectToServer();
      gateway.onMessage((message) => {
        socket.send(message);
        if (!String(message).startsWith('{"type":"subscribed"')) return;
        for (const text of HOSTILE) socket.send(JSON.stringify({ type: 'comment', symbol: 'AAPL', from: text, text }));
      });
    });
    await open({}, page);
    await connect(page);
    const comments = page.locator('#comments p');
    await expect.poll(() => comments.count(), PATIENT).toBe(HOSTILE.length);
    expect((await comments.allTextContents()).reverse()).toEqual(HOSTILE.map((text) => `${text} on AAPL: ${text}`));
    expect(await page.locator('#comments img, #comments b, #comments script').count()).toBe(0);
    expect(problems).toEqual([]);
    await page.close();
  });

  test('sends comments by the keyboard alone, and shows refusals', async () => {
    const page = await open();
    if (page === null) return;
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('token');
    await page.keyboard.insertText(tokenFor('ada', 'trader'));
    await page.keyboard.press('Enter');
    await page.locator('#connection[data-state=open]').waitFor();
    while ((await focused(page)) !== 'comment-text') await page.keyboard.press('Tab');
    await page.keyboard.insertText('5 > 3 & up');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#comments').textContent(), PATIENT).toBe('ada on AAPL: 5 > 3 & up');
    await page.keyboard.insertText('<b>up</b>');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#notice').textContent(), PATIENT).toContain('comment_markup');
    expect(problems).toEqual([]);
  });

  test('keeps what is typed while a comment is on its way', async () => {
    const page = await browser?.newPage();
    if (page === undefined) return;
    const held: (() => void)[] = [];
    await page.routeWebSocket('**/stream', (socket) => {
      const gateway = socket.connectToServer();
      gateway.onMessage((message) => {
        if (String(message).startsWith('{"type":"commented"')) held.push(() => socket.send(message));
        else socket.send(message);
      });
    });
    await open({}, page);
    await connect(page);
    const text = page.locator('#comment-text');
    await text.fill('one');
    await text.press('Enter');
    await expect.poll(() => held.length, PATIENT).toBe(1);
    await text.fill('two');
    held.shift()?.();
    await text.press('Enter');
    await expect.poll(() => held.length, PATIENT).toBe(1);
    expect(await text.inputValue()).toBe('two');
    held.shift()?.();
    await expect.poll(() => text.inputValue(), PATIENT).toBe('');
    expect(problems).toEqual([]);
    await page.close();
  });

  test('says that a token is not accepted', async () => {
    const page = await open();
    if (page === null) return;
    await page.getByLabel('Token').fill('not-a-token');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.locator('#notice').textContent(), PATIENT).toContain('(4401)');
    expect(await page.locator('#connection').textContent()).toBe('Not connected');
  });

  test('connects again after the gateway has restarted', async () => {
    const own = await served({ PRICE_INTERVAL_MS: '50', LIMITS: '{"drainOverMs":50}' });
    const page = await open({ port: own.port });
    if (page === null) return own.stop();
    await connect(page);
    await expect.poll(() => priceOf(page, 'AAPL').textContent(), PATIENT).toMatch(/\d/);
    await own.stop();
    await page.locator('#connection[data-state=waiting], #connection[data-state=connecting]').waitFor();
    await expect.poll(() => page.locator('#health').textContent(), PATIENT).toBe('unreachable');
    const again = await served({ PRICE_INTERVAL_MS: '50', PORT: String(own.port) });
    await page.locator('#connection[data-state=open]').waitFor();
    await expect.poll(() => stateOf(page, 'AAPL').textContent(), PATIENT).toBe('live');
    await again.stop();
  });

  test.each(['light', 'dark'] as const)('has no barrier that axe finds, %s', async (colorScheme) => {
    const page = await open({ colorScheme });
    if (page === null) return;
    await connect(page);
    await expect.poll(() => priceOf(page, 'IBM').textContent(), PATIENT).toMatch(/\d/);
    const found = await page.evaluate<{ violations: { id: string; nodes: unknown[] }[] }>(`${axe.source}; axe.run()`);
    expect(found.violations.map(({ id, nodes }) => `${id}: ${JSON.stringify(nodes)}`)).toEqual([]);
  });

  test.each([320, 1280])('needs no horizontal scrolling at %d pixels', async (width) => {
    const page = await open({ viewport: { width, height: 800 } });
    if (page === null) return;
    await connect(page);
    await expect.poll(() => priceOf(page, 'IBM').textContent(), PATIENT).toMatch(/\d/);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
  });
});

describe('the files of the page', () => {
  test('are served with their types and a strict policy', async () => {
    const types = new Map<string, string | undefined>();
    for (const path of ['/', '/page/page.css', '/page/page.js', '/page/icon.svg', '/client/prices-client.js']) {
      const { status, headers } = await get(path);
      types.set(path, headers['content-type']);
      expect([status, headers['x-content-type-options']]).toEqual([200, 'nosniff']);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'; script-src 'self'; style-src 'self';/);
      expect(headers['content-security-policy']).not.toContain('unsafe');
    }
    expect([...types.values()]).toEqual([
      'text/html; charset=utf-8',
      'text/css; charset=utf-8',
      'text/javascript; charset=utf-8',
      'image/svg+xml',
      'text/javascript; charset=utf-8',
    ]);
  });

  test('are those of the client, without its tests', () => {
    const served = Object.keys(pageFiles).filter((path) => path.startsWith('/client/'));
    const scripts = readdirSync(new URL('../core/client', import.meta.url)).filter((name) => name.endsWith('.js'));
    expect(served.sort()).toEqual(scripts.map((name) => `/client/${name}`).sort());
  });

  test.each([
    '/server.ts',
    '/core/server.ts',
    '/client/types.ts',
    '/client/../server.ts',
    '/page/../../package.json',
    '/page/%2e%2e/%2e%2e/package.json',
    '/page/..%2f..%2fpackage.json',
    '//page/page.js',
    '/page/',
    '/index.html',
    '/page/page.js%00.css',
    '/__proto__',
    '/constructor',
  ])('%s is not one of them', async (path) => {
    expect((await get(path)).status).toBe(404);
  });
});

const stateOf = (page: Page, symbol: string) =>
  page
    .getByRole('row', { name: new RegExp(`^${symbol}`) })
    .locator('td')
    .last();

const focused = (page: Page): Promise<string> => page.evaluate('document.activeElement.id');

/** Sends the path as it is. `fetch` would resolve its dots. */
async function get(path: string): Promise<{ status: number | undefined; headers: IncomingHttpHeaders }> {
  const request = httpRequest({ port: server.port, host: '127.0.0.1', path }).end();
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  response.resume();
  await once(response, 'end');
  return { status: response.statusCode, headers: response.headers };
}
