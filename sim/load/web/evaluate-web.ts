/**
 * Evaluates the globals of the web, once for each image and on first use. Their classes are shared
 * by all processes, as those of Node are; their state belongs to the process that uses them.
 */
import type { AmbientHost } from '../../system/image.ts';
import { EscapeError, escapedFrom } from '../../ambient/guard.ts';
import { type Web, WEB_NAMES } from '../../ambient/web/names.ts';
import { evaluateOnce, type ImageOptions } from '../evaluate-once.ts';
import { missing } from '../module-scope.ts';
import { PROCESS_MODULE } from './edits.ts';
import { SharedClasses } from './shared-classes.ts';

export interface EvaluatedWeb extends Web {
  /** Takes back what the run that has ended did to the classes, and releases what it left. */
  restore(): void;
}

/** `code` is the result of `bundleWeb`; null if no text uses the web. */
export function createWeb(code: string | null, { current, compiled }: ImageOptions): EvaluatedWeb {
  let classes: SharedClasses | null = null;
  const atRunEnd: (() => void)[] = [];
  const evaluate = (text: string): SharedClasses => {
    const requirePackage = (host: AmbientHost) => (specifier: string) =>
      specifier === PROCESS_MODULE ? processModule(host, atRunEnd) : missing(specifier, 'require');
    const asyncContext = { used: false };
    // Reports name the code that calls it, as they do for Node's own code.
    const prefix = 'undici:';
    const { exports } = evaluateOnce('web.js', text, { current, compiled, asyncContext, requirePackage, prefix });
    return new SharedClasses(exports as Readonly<Record<string, object>>);
  };
  return {
    names: WEB_NAMES,
    get(name) {
      if (code === null) return undefined;
      classes ??= evaluate(code);
      return classes.get(name);
    },
    restore() {
      classes?.restore();
      for (const release of atRunEnd) release();
    },
  };
}

const TLS = 'an address of https or wss';

/** What the text of the web requires. */
function processModule(host: AmbientHost, atRunEnd: (() => void)[]): object {
  return {
    /** The value of the process that uses it, which `make` makes on first use. */
    perProcess(make: () => object): object {
      const made = new WeakMap<object, object>();
      const value = (): object => {
        const { owner } = host;
        const known = made.get(owner) ?? make();
        made.set(owner, known);
        return known;
      };
      return new Proxy(() => undefined, {
        get: (_target, name): unknown => Reflect.get(value(), name),
        set: (_target, name, assigned) => Reflect.set(value(), name, assigned),
        apply: (_target, self, values): unknown => Reflect.apply(value() as () => unknown, self, values),
      });
    },
    atRunEnd: (release: () => void): void => void atRunEnd.push(release),
    refuseTls(): void {
      host.escaped(TLS);
      throw new EscapeError(host.who, TLS, escapedFrom(host));
    },
  };
}
