/** Classes and functions have the names that they have in Node, whatever else is in the bundle. */
import { runInNewContext } from 'node:vm';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';
import { project, runMain } from './test/project.ts';
import { withAssignedNames, withSparingNames } from './text/kept-names.ts';

test('classes and functions keep their names, whatever the other files contain', async () => {
  const text = `class Refused extends Error { static of() { return new Refused(); } name = this.constructor.name; }
function handle() {}`;
  const made = await project({
    'system.ts': `import { Refused, handle } from './own.ts';
const other = require('./other.cjs');
console.log(Refused.of().name, handle.name, other.Refused.of().name, other.handle.name, Refused === other.Refused);`,
    'own.ts': `export ${text.replace('function', 'export function')}`,
    'other.cjs': `${text}\nmodule.exports = { Refused, handle };`,
  }).image(() => null);
  expect(await runMain(made)).toEqual(['Refused handle Refused handle false']);
});

/** Each has a name, or none, for another reason. */
const FORMS = `
const arrow = () => 1;
const asynchronous = async (value) => value;
const unnamed = function () {}, generator = function* () {}, other = function own() {};
const Class = class {}, Derived = class extends Class {}, Named = class { static name = "static"; };
const object = { arrow: () => 1, "a-b": () => 1, 7: () => 1, method() {}, get got() { return 1; }, __proto__: () => 1 };
const [first = () => 1] = [], { second = () => 1, renamed: third = () => 1 } = {};
let later;
later = () => 1;
object.member = () => 1;
class Fields { field = () => 1; static fixed = () => 1; #hidden = () => 1; hidden() { return this.#hidden; } }
const chosen = true ? () => 1 : () => 2, wrapped = ((handle) => handle)(() => 1), nested = () => { const inner = () => 1; return inner; };
const template = \`\${(() => 1).name}, "template")\`, pattern = /[)]"\\/, "pattern"\\)/, { handle = () => "), \\"handle\\")" } = {};
const all = [arrow, asynchronous, unnamed, generator, other, Class, Derived, Named, first, second, third, later, handle,
  object.arrow, object["a-b"], object[7], object.method, Object.getPrototypeOf(object), object.member, nested, nested(),
  new Fields().field, Fields.fixed, new Fields().hidden(), chosen, wrapped];
const names = all.map(({ name }) => name).join();`;

test('functions have the names of Node, however they are assigned', async () => {
  // Both files have each name, so that one of them is renamed.
  const made = await project({
    'system.ts': `import { names as others } from './other.js';\n${FORMS}\nconsole.log(names === others, names);`,
    'other.js': `${FORMS}\nexport { names };`,
  }).image(() => null);
  expect(await runMain(made)).toEqual([`true ${runInNewContext(`${FORMS}names`) as string}`]);
});

test('only functions without another name are given theirs, and all places stay', () => {
  const text = `const one = __name(() => { const two = __name(function() {}, "two"); }, "one"),
  three2 = __name(() => 1, "three"), four = __name(five, "four"), six = { six: __name(class {}, "six") };`;
  const named = withAssignedNames(text);
  expect(named).toHaveLength(text.length);
  expect(named.replaceAll(/ +/g, ' ')).toBe(`const one = () => { const two = function() {} ; } ,
 three2 = __name(() => 1, "three"), four = __name(five, "four"), six = { six: class {} };`);
});

test('the name of a function that is not renamed is not defined again', async () => {
  const { code } = await transform('function own() {}\nfunction other() {}', { keepNames: true });
  const given = 'const defined = []; Object.defineProperty = (target) => defined.push(target.name);';
  const named = `${given}${withSparingNames(code).replace('"other"', '"renamed"')}\ndefined.join()`;
  expect(runInNewContext(named)).toBe('other');
});
