import { afterEach, describe, expect, test } from 'vitest';
import type { SourceEdit } from '../system/image.ts';
import { ManualHost } from '../ambient/test/manual-host.ts';
import { VariantError } from './errors.ts';
import { findFunctions } from './find-function.ts';
import { Project, startProcess } from './test/project.ts';
import { applyEdits } from './variants.ts';

const registry = `
export class Registry<T> {
  #items: T[] = [];
  get size(): number { return this.#items.length; }
  add(item: T): void { this.#items.push(item); this.note('push'); }
  private note = (what: string): void => { void what; };
  static of<U>(item: U) { const made = new Registry<U>(); made.add(item); return made; }
}
export class Group { add(): void { this.push(); this.push(); } push(): void {} }
export function twice(n: number): number;
export function twice(n: number): number { return n * 2; }
export const half = ((n: number): number => n / 2) satisfies Function;
export const tools = { double: (n: number) => twice(n), 'odd-name'() { return 1; }, nested: { deep() { return 2; } } };
`;

const edit = (within: string, find: string, put = 'changed', file = 'registry.ts'): SourceEdit => ({
  file,
  within,
  find,
  put,
});
const sources = (more: Record<string, string> = {}): Map<string, string> =>
  new Map(Object.entries({ 'registry.ts': registry, ...more }));

describe('a function is found by its name', () => {
  test.each([
    ['twice', ['twice']],
    ['half', ['half']],
    ['add', ['Registry.add', 'Group.add']],
    ['Group.add', ['Group.add']],
    ['size', ['Registry.size']],
    ['note', ['Registry.note']],
    ['of', ['Registry.of']],
    ['tools.double', ['tools.double']],
    ['odd-name', ['tools.odd-name']],
    ['nested.deep', ['tools.nested.deep']],
    ['absent', []],
  ])('%s', (within, paths) => {
    expect(findFunctions('registry.ts', registry, within).map(({ path }) => path.join('.'))).toEqual(paths);
  });

  test('in JavaScript, private, assigned, in another function and in a generator, too', () => {
    const text = 'class A { #b() {} } exports.c = function () { function* d() {} }; let e; e = async () => {};';
    const found = ['#b', 'c', 'c.d', 'e'].map((within) => findFunctions('a.cjs', text, within)[0]?.path.join('.'));
    expect(found).toEqual(['A.#b', 'c', 'c.d', 'e']);
  });
});

describe('an edit', () => {
  test('changes its only match', () => {
    const changed = applyEdits(sources(), [edit('Registry.add', 'push(item)', 'unshift(item)')]);
    expect([...changed]).toEqual([['registry.ts', registry.replace('push(item)', 'unshift(item)')]]);
  });

  test('needs no class name if only one function contains the text', () => {
    expect(applyEdits(sources(), [edit('add', "this.note('push')", '')]).size).toBe(1);
  });

  test('applies after other edits of the same file', () => {
    const edits = [
      edit('twice', 'n * 2', 'n * 3'),
      edit('twice', '3', '4'),
      edit('half', '/ 2', '/ 3', './registry.ts'),
    ];
    const text = applyEdits(sources(), edits).get('registry.ts');
    expect([text?.includes('n * 4'), text?.includes('n / 3')]).toEqual([true, true]);
  });

  test('needs no function if the text is unique in the file', () => {
    const text = "import { limit } from './limit.ts';\nconst most = limit(5);";
    const edits = [
      { file: 'main.ts', find: './limit.ts', put: './other.ts' },
      { file: 'main.ts', find: 'limit(5)', put: 'limit(7)' },
      { file: 'main.ts', find: 'Group { add', put: 'Group { put' },
    ];
    const changed = applyEdits(sources({ 'main.ts': text }), edits);
    expect(changed.get('main.ts')).toBe("import { limit } from './other.ts';\nconst most = limit(7);");
    expect(changed.get('registry.ts')).toContain('class Group { put');
  });

  test('applies to a file with decorators, on parameters too', () => {
    const files = {
      'old.ts': 'class A { constructor(@Inject() private readonly b: B) {} @Get() list() { return 1; } }',
      'new.ts': 'export @sealed class A { @tracked accessor b = 1; list() { return 2; } }',
    };
    for (const [file, find] of [
      ['old.ts', 'return 1'],
      ['new.ts', 'return 2'],
    ] as const)
      expect(applyEdits(sources(files), [edit('A.list', find, 'return 3', file)]).get(file)).toContain('return 3');
  });

  test('finds a function that has moved to another file', () => {
    const gone = edit('moved', 'return 1', 'return 2', 'old.ts');
    const elsewhere = {
      'new.ts': 'export function moved() { return 1; }',
      'other.ts': 'export function moved() { return 3; }',
    };
    expect([...applyEdits(sources(elsewhere), [gone]).keys()]).toEqual(['new.ts']);
    expect([...applyEdits(sources(elsewhere), [{ ...gone, file: 'registry.ts' }]).keys()]).toEqual(['new.ts']);
  });

  test.each<[string, SourceEdit, Record<string, string>, string]>([
    [
      'text that occurs twice',
      edit('Group.add', 'this.push()'),
      {},
      'registry.ts: Group.add: "this.push()": the text occurs 2 times in the function, but must occur once',
    ],
    [
      'a name that two functions have',
      edit('add', 'push'),
      {},
      'registry.ts: add: "push": ambiguous, 2 functions contain the text (Registry.add, Group.add); name one as Class.method',
    ],
    [
      'a function that is gone',
      edit('gone', 'x'),
      {},
      'registry.ts: gone: "x": function not found, and no other file of the system has one with that text',
    ],
    [
      'text that is gone',
      edit('twice', 'n * 9'),
      {},
      'registry.ts: twice: "n * 9": text not found in the function, and no other file of the system has such a function with that text',
    ],
    [
      'a file that is gone',
      edit('twice', 'n * 9', '', 'old.ts'),
      {},
      'old.ts: twice: "n * 9": file not found, and no other file of the system has such a function with that text',
    ],
    [
      'text that occurs twice in the file, without a function',
      { file: 'registry.ts', find: 'this.push()', put: '' },
      {},
      'registry.ts: "this.push()": the text occurs 2 times in the file; name a function of it in "within"',
    ],
    [
      'text that is in no file, without a function',
      { file: 'registry.ts', find: 'absent', put: '' },
      {},
      'registry.ts: "absent": text not found, and no other file of the system has it',
    ],
    [
      'a function that has moved to two files',
      edit('moved', '1'),
      { 'a.ts': 'function moved() { return 1; }', 'b.ts': 'function moved() { return 1; }' },
      'registry.ts: moved: "1": not found; several other files have such a function with that text: a.ts, b.ts',
    ],
    [
      'a result with a syntax error',
      edit('half', 'n / 2', 'n /'),
      {},
      'registry.ts: half: "n / 2": the edited file has a syntax error: Unexpected token',
    ],
  ])('is refused for %s', (_name, wrong, more, message) => {
    const apply = (): unknown => applyEdits(sources(more), [wrong]);
    expect(apply).toThrow(VariantError);
    expect(apply).toThrow(message);
  });
});

describe('a system', () => {
  const projects: Project[] = [];
  afterEach(() => {
    for (const made of projects.splice(0)) made.remove();
  });

  test('runs as its variant, with a different hash', async () => {
    const project = new Project({
      'system/entry.ts': `import { limit } from '../own/limit.ts'; export const start = () => limit(5);`,
      'own/limit.ts': 'export function limit(n: number): number { return Math.min(n, 3); }',
      'scenarios/scenario.ts': 'export default {};',
    });
    projects.push(project);
    const place = { scenarioFile: `${project.folder}/scenarios/scenario.ts`, entry: '../system/entry.ts' };
    const edits = [{ file: '../own/limit.ts', within: 'limit', find: 'Math.min(n, 3)', put: 'n' }];
    const [clean, changed] = [
      await project.image(undefined, place),
      await project.image(undefined, { ...place, edits }),
    ];
    expect([await startProcess(clean, new ManualHost()), await startProcess(changed, new ManualHost())]).toEqual([
      3, 5,
    ]);
    expect(changed.codeHash).not.toBe(clean.codeHash);
    const wrong = project.bundle({ ...place, edits: [{ ...edits[0]!, find: 'Math.max' }] });
    await expect(wrong).rejects.toThrow(VariantError);
    await expect(wrong).rejects.toThrow('../own/limit.ts: limit: "Math.max": text not found in the function');
  });
});
