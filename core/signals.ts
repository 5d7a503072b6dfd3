/** What signals do to a process that stops gracefully. */
import type { Clock } from './ports.ts';

export interface SignalParts {
  readonly clock: Clock;
  /** Called for the first signal. */
  readonly stop: (signal: string) => void;
  /** Ends the process at once. */
  readonly exit: (code: number) => void;
}

/** 128 and the number of SIGINT, as shells show it. */
const INTERRUPTED = 130;

/**
 * SIGINT twice within this time is one Ctrl-C: the terminal sends it to the whole group, and npm
 * forwards its own.
 */
const SAME_KEY_PRESS_MS = 500;

/**
 * The listener for SIGTERM and SIGINT. The first signal stops the process gracefully. After that
 * SIGTERM changes nothing, because supervisors repeat it, and a second SIGINT exits with 130,
 * because a person at a terminal does not want to wait.
 */
export function signalListener({ clock, stop, exit }: SignalParts): (signal: string) => void {
  let isStopping = false;
  let interruptedAtMs: number | null = null;
  return (signal) => {
    const nowMs = clock.monotonicMs();
    if (signal === 'SIGINT') {
      if (interruptedAtMs !== null && nowMs - interruptedAtMs > SAME_KEY_PRESS_MS) {
        exit(INTERRUPTED);
        return;
      }
      interruptedAtMs ??= nowMs;
    }
    if (isStopping) return;
    isStopping = true;
    stop(signal);
  };
}
