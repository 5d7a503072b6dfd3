/** What a program finds in its files, on the real `node:fs` and on a snapshot of them. */

export const FILES = {
  '.env': 'NAME=seed\nSIZE=3\n',
  'public/index.html': '<h1>hello</h1>',
  'public/deep/one.json': '{"one":1}',
  'public/deep/two.txt': 'two',
};

/** Each prints what it found. `show` prints errors by code and text. */
export const FILES_CONTRACT: readonly (readonly [name: string, text: string])[] = [
  [
    'relative paths start at the working directory',
    `const { default: path } = await import('node:path'); const url = await import('node:url'); const here = process.cwd();
     for (const parts of [[], ['a'], ['a', '..', 'b/'], ['/c', 'd']]) print(path.resolve(...parts).replace(here, ''));
     print(path.relative('a/b', 'a/c'), path.relative('/', 'x').replace(here.slice(1), ''), path.posix === path, path === (await import('node:path/posix')).default);
     for (const file of ['a b/', 'a', '/c#d']) print(url.pathToFileURL(file).href.replace(here, ''), url.pathToFileURL(file) instanceof url.URL);`,
  ],
  ['reads', `show(() => fs.readFileSync('.env', 'utf8')); show(() => fs.readFileSync('public/index.html').length);`],
  [
    'reads by URL',
    `show(() => fs.readFileSync(new URL('./public/deep/two.txt', import.meta.url), { encoding: 'utf8' }));`,
  ],
  [
    'absent',
    `show(() => fs.readFileSync('gone.txt')); show(() => fs.statSync('gone')); show(() => fs.accessSync('gone')); show(() => fs.readdirSync('gone'));`,
  ],
  [
    'kinds',
    `show(() => fs.readFileSync('public')); show(() => fs.readdirSync('public/index.html')); show(() => fs.existsSync('public')); show(() => fs.existsSync('nope'));`,
  ],
  [
    'stat',
    `show(() => { const stat = fs.statSync('public/index.html'); return [stat.isFile(), stat.isDirectory(), stat.size, stat.mtime instanceof Date]; }); show(() => fs.statSync('gone', { throwIfNoEntry: false }) === undefined);`,
  ],
  [
    'lists',
    `show(() => fs.readdirSync('public').sort()); show(() => fs.readdirSync('public', { recursive: true }).sort()); show(() => fs.readdirSync('public', { withFileTypes: true }).map((entry) => [entry.name, entry.isDirectory()]).sort());`,
  ],
  [
    'writes',
    `fs.writeFileSync('public/new.txt', 'a'); fs.appendFileSync('public/new.txt', 'b'); show(() => fs.readFileSync('public/new.txt', 'utf8')); fs.renameSync('public/new.txt', 'public/newer.txt'); show(() => fs.existsSync('public/new.txt')); fs.unlinkSync('public/newer.txt'); show(() => fs.readdirSync('public').length); show(() => fs.writeFileSync('no/folder.txt', ''));`,
  ],
  [
    'folders',
    `show(() => fs.mkdirSync('made/deep')); fs.mkdirSync('made/deep', { recursive: true }); fs.writeFileSync('made/deep/a', '1'); show(() => fs.rmdirSync('made')); fs.rmSync('made', { recursive: true }); show(() => fs.existsSync('made')); try { fs.rmSync('made'); } catch (error) { print(error.code); } fs.rmSync('made', { force: true });`,
  ],
  [
    'callbacks',
    `await new Promise((resolve) => fs.readFile('public/deep/two.txt', 'utf8', (error, text) => { print('read', error, text); resolve(); })); await new Promise((resolve) => fs.stat('gone', (error) => { print(error.code, error.syscall); resolve(); })); show(() => fs.readFile('x'));`,
  ],
  [
    'promises',
    `print(await fs.promises.readFile('public/deep/one.json', 'utf8')); await fs.promises.readFile('gone').catch((error) => print(error.message.replace(process.cwd(), ''))); print((await fs.promises.stat('public')).isDirectory());`,
  ],
  [
    'streams',
    `const parts = []; for await (const part of fs.createReadStream('public/index.html', { start: 1, end: 3, encoding: 'utf8' })) parts.push(part); print(parts.join('|')); await new Promise((resolve) => fs.createReadStream('gone').on('error', (error) => { print(error.code, error.message); resolve(); })); const out = fs.createWriteStream('out.txt'); out.write('x'); await new Promise((resolve) => out.end('y', resolve)); print(fs.readFileSync('out.txt', 'utf8'), out.bytesWritten, out.path); const back = fs.createReadStream('out.txt').resume(); await new Promise((resolve) => back.on('end', resolve)); print(back.bytesRead, back.path); print(fs.promises === (await import('node:fs/promises')).default); fs.unlinkSync('out.txt');`,
  ],
  [
    'paths',
    `show(() => fs.realpathSync('public/../public/index.html').endsWith('/public/index.html')); show(() => fs.readFileSync(5.5));`,
  ],
];
