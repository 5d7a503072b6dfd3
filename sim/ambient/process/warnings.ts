/**
 * `process.emitWarning`: emits `warning` in the next tick. The text that Node prints goes to the
 * host's printed texts and is not a record, because Node's own warnings differ between versions.
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
      const made = warning instanceof Error ? warning : warningOf(String(printedValue(warning)), options, code);
      if (host.detailed) host.print(`warning: ${String(printedValue(made.message))}`);
      host.nextTick(() => host.state.object?.emit('warning', made));
    },
  };
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
