/**
 * `process.emitWarning`: records the warning and emits `warning` in the next tick.
 *
 * The simulated timers warn of a delay that is too long, as Node's do. Node's other warnings come
 * from its own classes: see `DomainReports.warning`.
 */
import type { AmbientHost } from '../../system/image.ts';
import { printedValue } from '../printed-value.ts';

interface WarningOptions {
  readonly type?: string;
  readonly code?: string;
  readonly detail?: string;
}

interface Warnings {
  emitWarning(warning: unknown, options?: unknown, code?: unknown): void;
}

export function createWarnings(host: AmbientHost): Warnings {
  return {
    emitWarning(warning, options, code) {
      emit(host, warning instanceof Error ? warning : warningOf(String(printedValue(warning)), options, code));
    },
  };
}

export function warnOfLongDelay(host: AmbientHost, delayMs: number): void {
  const text = `${delayMs} does not fit into a 32-bit signed integer.\nTimeout duration was set to 1.`;
  emit(host, warningOf(text, 'TimeoutOverflowWarning', undefined));
}

function emit(host: AmbientHost, warning: Error): void {
  // A process that is loaded has no ticks, and no listeners yet.
  if (host.state.isLoading) return;
  host.warned(warning);
  host.nextTick(() => host.state.object?.emit('warning', warning));
}

function warningOf(text: string, options: unknown, code: unknown): Error {
  const given: WarningOptions =
    typeof options === 'object' && options !== null
      ? options
      : { ...(typeof options === 'string' ? { type: options } : {}), ...(typeof code === 'string' ? { code } : {}) };
  const warning = Object.assign(new Error(text), { name: given.type ?? 'Warning' });
  if (given.code !== undefined) Object.assign(warning, { code: given.code });
  if (given.detail !== undefined) Object.assign(warning, { detail: given.detail });
  return warning;
}
