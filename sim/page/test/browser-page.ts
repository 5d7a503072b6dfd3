/** A page in a real browser, and what it shows. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { startChromium } from '../../cli/test/chromium.ts';

interface OpenOptions {
  readonly hash?: string;
  readonly viewport?: { readonly width: number; readonly height: number };
  readonly colorScheme?: 'light' | 'dark';
}

const VIEWPORT = { width: 1280, height: 720 };

export class BrowserPage {
  readonly page: Page;
  /** Addresses that were requested, besides the file. */
  readonly requests: readonly string[];
  /** Errors of the page's code, refusals of its policy, and dialogs. */
  readonly problems: readonly string[];
  readonly #folder: string;

  private constructor(page: Page, folder: string, requests: string[], problems: string[]) {
    this.page = page;
    this.#folder = folder;
    this.requests = requests;
    this.problems = problems;
  }

  /** Shows the HTML in a tab of a browser, in place of what the tab has shown before. */
  static async open(
    page: Page,
    html: string,
    { hash = '', viewport = VIEWPORT, colorScheme = 'light' }: OpenOptions = {},
  ): Promise<BrowserPage> {
    const folder = mkdtempSync(path.join(tmpdir(), 'seedstorm-page-'));
    const file = path.join(folder, 'page.html');
    writeFileSync(file, html);
    const { href } = pathToFileURL(file);
    await page.setViewportSize(viewport);
    await page.emulateMedia({ colorScheme });
    const requests: string[] = [];
    const problems: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(href)) requests.push(request.url());
    });
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(message.text());
    });
    page.on('dialog', (dialog) => {
      problems.push(dialog.message());
      void dialog.dismiss();
    });
    const opened = new BrowserPage(page, folder, requests, problems);
    await page.goto(`${href}${hash}`);
    await opened.drawn();
    return opened;
  }

  /** Resolves when what was asked for is drawn. */
  async drawn(): Promise<void> {
    await this.page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
  }

  /** Follows a permalink of the page that is shown. Its event comes after the navigation. */
  async follow(hash: string): Promise<void> {
    await this.page.evaluate(
      `new Promise((done) => {
        addEventListener('hashchange', done, { once: true });
        location.hash = ${JSON.stringify(hash)};
      })`,
    );
    await this.drawn();
  }

  async press(...keys: readonly string[]): Promise<void> {
    for (const key of keys) await this.page.keyboard.press(key);
    await this.drawn();
  }

  /** The title of the inspector, such as `#98 frame`. */
  async selected(): Promise<string> {
    return (await this.page.locator('.inspector h2').innerText()).replaceAll(/\s+/g, ' ').trim();
  }

  /** Number of elements of rows. */
  async rows(): Promise<number> {
    return await this.page.locator('[role=option]').count();
  }

  /** The text of the selected row; null if it has no element. */
  async selectedRow(): Promise<string | null> {
    const row = this.page.locator('[role=option][aria-selected=true]');
    return (await row.count()) === 0 ? null : await row.innerText();
  }

  /** Leaves the tab to the next page, with nothing of this one. */
  async leave(): Promise<void> {
    this.page.removeAllListeners();
    await this.page.evaluate('localStorage.clear()');
    await this.page.context().clearPermissions();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/**
 * A browser with one tab, which shows one page after the other: another tab would be another
 * process, which costs more than most tests.
 */
export class Chromium {
  readonly #browser: Browser;
  readonly #tab: Page;
  #shown: BrowserPage | null = null;

  private constructor(browser: Browser, tab: Page) {
    this.#browser = browser;
    this.#tab = tab;
  }

  /** Null, with a message, if the machine has none. */
  static async start(): Promise<Chromium | null> {
    const browser = await startChromium('the page of a replay');
    return browser === null ? null : new Chromium(browser, await browser.newPage());
  }

  async open(html: string, options?: OpenOptions): Promise<BrowserPage> {
    await this.#shown?.leave();
    this.#shown = await BrowserPage.open(this.#tab, html, options);
    return this.#shown;
  }

  async close(): Promise<void> {
    await this.#shown?.leave();
    await this.#browser.close();
  }
}
