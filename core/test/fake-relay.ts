import type { MessageRelay } from '../ports.ts';

/** A relay between the worlds of a test that share it. */
export class FakeRelay implements MessageRelay {
  /** Operations fail, or are never answered. */
  mode: 'working' | 'failing' | 'silent' = 'working';
  readonly published: string[] = [];
  readonly #listeners: ((text: string) => void)[] = [];

  publish(text: string): Promise<void> {
    if (this.mode === 'failing') return Promise.reject(new Error('the relay fails'));
    if (this.mode === 'silent') return new Promise(() => undefined);
    this.published.push(text);
    this.deliver(text);
    return Promise.resolve();
  }

  onText(listener: (text: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Any program sends a text to all nodes. */
  deliver(text: string): void {
    for (const listener of this.#listeners) listener(text);
  }
}
