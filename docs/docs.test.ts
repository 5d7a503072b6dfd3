/** Compares every table of the documents with the code, in both directions. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { prometheusMetrics } from '../core/adapters/prometheus.ts';
import { alarms } from '../core/alarm.ts';
import { isAllowed, permissions } from '../core/auth.ts';
import { readEnvironment } from '../core/environment.ts';
import { limits } from '../core/limits.ts';
import { roles } from '../core/protocol.ts';
import gatewayScenario from '../properties/gateway.ts';
import serverScenario from '../properties/server.ts';
import { readFiles } from '../tidy/source.ts';
import { completeScenario } from '../sim/run/complete-scenario.ts';
import { FAULT_KINDS } from '../sim/world/faults/catalogue.ts';
import { DEFAULT_REDIS_OPTIONS } from '../sim/redis/client/ioredis-parts.ts';
import { clientOptions } from '../sim/redis/client/options.ts';
import { type CommandInfo, COMMANDS, subcommandsOf } from '../sim/redis/server/command-table.ts';
import { runWorld } from '../sim/world/test/run-world.ts';
import { differences } from './compare.ts';
import { brokenLinks } from './links.ts';
import { column, fencesIn, tableWith } from './markdown.ts';
import { membersOf, namesIn } from './sources.ts';
import { root, textOf } from './test/repository.ts';

const scenario = completeScenario(gatewayScenario, 'gateway.ts');
const gateway = textOf('docs/gateway.md');
const guide = textOf('docs/own-scenario.md');

const names = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`|([\w-]+)/g)].map(([, a, b = '']) => a ?? b);

const filled = (arity: number, given: number): string[] =>
  Array.from({ length: Math.abs(arity) - 1 - given }, () => '1');

/** The minimum number of parameters of a command, or of each of its subcommands but HELP. */
function callsOf({ name, arity }: CommandInfo): readonly string[][] {
  const subcommands = subcommandsOf(name).filter((info) => !info.name.endsWith('|help'));
  if (subcommands.length === 0) return [filled(arity, 0)];
  return subcommands.map((info) => [info.name.slice(name.length + 1), ...filled(info.arity, 1)]);
}

test('the README has at most 1,200 words', () => {
  expect(textOf('README.md').trim().split(/\s+/).length).toBeLessThanOrEqual(1200);
});

describe('docs/gateway.md, what npm start runs', () => {
  test('what npm start runs', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    expect(gateway.replaceAll('\n', ' ')).toContain(`\`${scripts['start']}\`, which is what \`npm start\` runs`);
  });
});

describe('docs/gateway.md', () => {
  const risks = tableWith(gateway, 'risk', 'what went wrong', 'property', 'mutant');

  test('risks', () => {
    const documented = risks.rows.flatMap(([risk = '', , property = '', mutant = '']) => [
      ...names(property).map((id) => `${risk} property ${id}`),
      ...names(mutant).map((id) => `${risk} mutant ${id}`),
    ]);
    const { variants } = scenario;
    const properties = scenario.properties.filter(({ kind, risk }) => kind !== 'sometimes' && risk !== undefined);
    expect(
      differences(documented, [
        ...properties.map(({ risk, id }) => `${risk} property ${id}`),
        ...variants.map(({ risk = '', id }) => `${risk} mutant ${id}`),
      ]),
    ).toEqual([]);
    for (const { risk, expected } of variants) {
      const [row] = risks.rows.filter(([id]) => id === risk);
      expect(names(row?.[2] ?? '')).toContain(expected);
    }
  });

  test('properties', () => {
    const { rows } = tableWith(gateway, 'property', 'description');
    const properties = [...scenario.properties, ...(serverScenario.properties ?? [])];
    const actual = new Set(properties.map(({ id, description }) => `${id}: ${description}`));
    expect(
      differences(
        rows.map((row) => row.join(': ')),
        [...actual],
      ),
    ).toEqual([]);
  });

  test('settings', () => {
    const { rows } = tableWith(gateway, 'setting', 'without it', 'what it is');
    const inSource = namesIn(textOf('core/environment.ts'), /^ {2}([A-Z][A-Z_]+): \w/gm);
    expect(
      differences(
        rows.map(([name = '']) => name),
        inSource,
      ),
    ).toEqual([]);
    for (const [name = '', usually = ''] of rows) {
      const value = (readEnvironment({}) as unknown as Record<string, unknown>)[name];
      if (value !== undefined) expect(`${name} ${usually}`).toBe(`${name} ${String(value)}`);
    }
  });

  test('roles', () => {
    const actual = roles.map((role) => {
      const allowed = permissions.filter((permission) => isAllowed(role, permission));
      return `${role}: ${allowed.join(', ') || 'nothing'}`;
    });
    expect(
      differences(
        tableWith(gateway, 'role', 'permissions').rows.map((row) => row.join(': ')),
        actual,
      ),
    ).toEqual([]);
  });

  test('limits', () => {
    const { rows } = tableWith(gateway, 'limit', 'value', 'what it bounds');
    const actual = Object.entries(limits()).map(([name, value]) => `${name} ${String(value)}`);
    expect(
      differences(
        rows.map(([name, value]) => `${name} ${value}`),
        actual,
      ),
    ).toEqual([]);
  });

  test('metrics', async () => {
    const { rows } = tableWith(gateway, 'metric', 'type', 'meaning');
    const text = await prometheusMetrics().text({
      connections: 0,
      authenticated: 0,
      subscriptions: 0,
      streams: 0,
      tasks: 0,
      unsaved: 0,
      outboxBytes: 0,
      eventLoopLagMs: 0,
      isDegraded: false,
      isBreakerOpen: false,
    });
    const helps = new Map([...text.matchAll(/^# HELP (\w+) (.*)$/gm)].map(([, name = '', help = '']) => [name, help]));
    const actual = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)].map(
      ([, name = '', type = '']) => `${name} ${type} ${helps.get(name) ?? ''}`,
    );
    expect(
      differences(
        rows.map((row) => row.join(' ')),
        actual,
      ),
    ).toEqual([]);
  });

  test('alerts', () => {
    const { rows } = tableWith(gateway, 'alert', 'text');
    expect(
      differences(
        rows.map((row) => row.join(' ')),
        Object.entries(alarms).map((alarm) => alarm.join(' ')),
      ),
    ).toEqual([]);
  });
});

describe('docs/fidelity.md', () => {
  const fidelity = textOf('docs/fidelity.md');

  test('lists every contract, and each suite runs its table', () => {
    const { rows } = tableWith(fidelity, 'simulated', 'real', 'contract', 'run by');
    const suites = readFiles(root, /\.contract\.test\.ts$/).filter(({ path: file }) => !file.startsWith('core/'));
    expect(
      differences(
        rows.map(([, , , suite = '']) => suite),
        suites.map(({ path: file }) => file),
      ),
    ).toEqual([]);
    for (const [, , contract = '', suite = ''] of rows) expect(textOf(suite)).toContain(`/${path.basename(contract)}'`);
  });

  test('a stall of Redis lasts as long as its fault', () => {
    const [row = ''] = fidelity.match(/A stall of more than 4 s .*?;/) ?? [];
    expect(row).toContain(
      `at its end, after ${(FAULT_KINDS.get('redis-stall')?.durationMsMax ?? 0) / 1000} s at the latest`,
    );
  });

  test('names for each fault a contract that names it, or nothing', () => {
    const { rows } = tableWith(fidelity, 'fault', 'contract', "how the real thing is made to fail, or why it can't be");
    expect(
      differences(
        rows.map(([kind = '']) => kind),
        [...FAULT_KINDS.keys()],
      ),
    ).toEqual([]);
    for (const [kind = '', by = '', how = ''] of rows) {
      expect(how).not.toBe('');
      if (by !== 'nothing') expect(textOf(by)).toMatch(new RegExp(`['\`]${kind}['\`:]`));
    }
  });
});

describe('ARCHITECTURE.md', () => {
  test('libraries', () => {
    const documented = column(tableWith(textOf('ARCHITECTURE.md'), 'library', 'why this one'), 0).flatMap((cell) =>
      cell.replaceAll('`', '').split(', '),
    );
    const { dependencies, devDependencies } = JSON.parse(textOf('package.json')) as Record<
      string,
      Record<string, string>
    >;
    const named = Object.entries({ ...dependencies, ...devDependencies }).map(
      ([name, version]) => /^npm:(.+)@/.exec(version)?.[1] ?? name,
    );
    const actual = [...new Set(named)].filter((name) => !name.startsWith('@types/'));
    expect(differences(documented, actual)).toEqual([]);
  });
});

test('a dependency that is called after a version is that version, and no later one', () => {
  const { devDependencies } = JSON.parse(textOf('package.json')) as { devDependencies: Record<string, string> };
  const { packages } = JSON.parse(textOf('package-lock.json')) as {
    packages: Record<string, { version?: string; devDependencies?: Record<string, string> }>;
  };
  const named = Object.keys(devDependencies).filter((name) => /-\d+\.\d+\.\d+$/.test(name));
  expect(named.length).toBeGreaterThan(0);
  for (const name of named) {
    const [, library, version] = /^(.*)-(.*)$/.exec(name) ?? [];
    const asked = `npm:${library}@${version}`;
    expect([devDependencies[name], packages['']?.devDependencies?.[name]]).toEqual([asked, asked]);
    expect(packages[`node_modules/${name}`]?.version).toBe(version);
  }
});

describe('docs/redis.md', () => {
  const page = textOf('docs/redis.md');

  test('commands', async () => {
    const documented = tableWith(page, 'group', 'commands').rows.flatMap(([, named = '']) => names(named));
    const answered = new Set<string>();
    await runWorld(
      (node) => {
        for (const info of COMMANDS.values())
          for (const parameters of callsOf(info))
            node
              .redis({ enableOfflineQueue: true })
              .call(info.name, ...parameters)
              .then(
                () => answered.add(info.name),
                ({ message }: Error) => message.includes('is not simulated') || answered.add(info.name),
              );
        return {};
      },
      () => undefined,
      { untilMs: 10_000 },
    );
    expect(differences(documented, [...answered])).toEqual([]);
  });

  test('defaults of the simulated client', () => {
    const options = clientOptions({}) as unknown as Record<string, unknown>;
    for (const [option = '', simulated, real] of tableWith(page, 'option', 'simulated', 'ioredis').rows)
      expect([option, simulated, real]).toEqual([
        option,
        String(options[option]),
        String(DEFAULT_REDIS_OPTIONS[option]),
      ]);
  });
});

describe('docs/own-scenario.md', () => {
  test('lists the members of a node, a view and a record', () => {
    const members = membersOf(textOf('sim/system/types.ts'), 'SimNode');
    expect(differences(column(tableWith(guide, 'from the node', 'what it is'), 0), members)).toEqual([]);
    const view = membersOf(textOf('sim/run/property.ts'), 'CheckerView');
    expect(differences(column(tableWith(guide, 'in the view', 'what it is'), 0), view)).toEqual([]);
    const types = namesIn(textOf('sim/kernel/record.ts'), /readonly type: '(\w+)'/g);
    expect(differences(column(tableWith(guide, 'record', 'what it is'), 0), types)).toEqual([]);
  });
});

describe('all documents', () => {
  const pages = readFiles(root, /\.md$/);

  test('show files as they are', () => {
    const shown = pages.flatMap(({ text }) => fencesIn(text)).filter(({ file }) => file !== '');
    expect(shown.length).toBeGreaterThan(3);
    for (const { file, text } of shown) expect(text).toBe(textOf(file));
  });

  test('link to what exists', () => {
    expect(pages.length).toBeGreaterThan(5);
    expect(brokenLinks(pages, (file) => existsSync(path.join(root, file)))).toEqual([]);
  });

  test('name files that exist', () => {
    const named = pages
      .filter((page) => page.path !== 'CHANGELOG.md')
      .flatMap((page) => namesIn(page.text, /`((?:core|sim|properties|bench|docs|examples|\.ci)\/[\w./-]+)`/g));
    expect(named.length).toBeGreaterThan(10);
    expect(named.filter((file) => !existsSync(path.join(root, file)))).toEqual([]);
  });
});
