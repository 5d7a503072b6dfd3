/**
 * Finds the mutants that the compiler accepts. A mutant that does not compile is found without any
 * run, so it says nothing about the search.
 *
 * All mutants are checked in one program: each is a separate file beside the original, which the
 * others still import. No file imports the mutant, so only its own errors show. Importers see no
 * more of a file than its declarations; a mutant with other declarations than the original is
 * checked again, in its place.
 */
import path from 'node:path';
import ts from 'typescript';
import type { Mutant } from './mutant.ts';

export interface CompilingOptions {
  /** The folder of the repository. */
  readonly root: string;
  /** Relative to it: a module that imports all files that have mutants. */
  readonly entry: string;
}

/** The ids of the mutants without errors of syntax or types. */
export function compiling(mutants: readonly Mutant[], { root, entry }: CompilingOptions): ReadonlySet<string> {
  const options = compilerOptionsIn(root);
  const originals = new Map([...new Set(mutants.map(({ file }) => file))].map((file) => [file, read(root, file)]));
  const beside = new Map<string, string>();
  for (const [file, text] of originals) beside.set(placeBeside(root, file, 'original'), text);
  for (const mutant of mutants) beside.set(placeBeside(root, mutant.file, mutant.id), mutated(mutant, originals));
  const program = createProgram([path.join(root, entry), ...beside.keys()], beside, options);
  const isAccepted = (place: string): boolean => isWithoutErrors(program, place);
  const declarations = (place: string): string => declarationsOf(program, place);

  const accepted = new Set<string>();
  for (const mutant of mutants) {
    const original = placeBeside(root, mutant.file, 'original');
    const place = placeBeside(root, mutant.file, mutant.id);
    // A file may refuse its own copy: private members make each class a separate type.
    const canStandBeside = isAccepted(original);
    if (canStandBeside && !isAccepted(place)) continue;
    const isSame = canStandBeside && declarations(place) === declarations(original);
    if (isSame || isAcceptedInPlace(mutant, originals, { root, entry }, program)) accepted.add(mutant.id);
  }
  return accepted;
}

function isAcceptedInPlace(
  mutant: Mutant,
  originals: ReadonlyMap<string, string>,
  { root, entry }: CompilingOptions,
  known: ts.Program,
): boolean {
  const replaced = new Map([[path.join(root, mutant.file), mutated(mutant, originals)]]);
  const program = createProgram([path.join(root, entry)], replaced, known.getCompilerOptions(), known);
  return program
    .getSourceFiles()
    .filter(({ fileName }) => !fileName.includes('/node_modules/'))
    .every(({ fileName }) => isWithoutErrors(program, fileName));
}

function compilerOptionsIn(root: string): ts.CompilerOptions {
  const file = path.join(root, 'tsconfig.json');
  const { config } = ts.readConfigFile(file, (name) => ts.sys.readFile(name)) as { config: unknown };
  return {
    ...ts.parseJsonConfigFileContent(config, ts.sys, root).options,
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    // What a mutant leaves unused or unreachable is an error of style.
    noUnusedLocals: false,
    noUnusedParameters: false,
    allowUnreachableCode: true,
    allowUnusedLabels: true,
  };
}

function createProgram(
  rootNames: readonly string[],
  texts: ReadonlyMap<string, string>,
  options: ts.CompilerOptions,
  known?: ts.Program,
): ts.Program {
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => texts.get(name) ?? readFile.call(host, name);
  host.fileExists = (name) => texts.has(name) || fileExists.call(host, name);
  host.getSourceFile = (name, languageVersion, ...rest) => {
    const text = texts.get(name);
    if (text !== undefined) return ts.createSourceFile(name, text, languageVersion, true);
    // Files that are the same in both programs are parsed once.
    return known?.getSourceFile(name) ?? getSourceFile.call(host, name, languageVersion, ...rest);
  };
  return ts.createProgram({ rootNames, options, host });
}

function isWithoutErrors(program: ts.Program, place: string): boolean {
  const file = program.getSourceFile(place);
  if (file === undefined) throw new Error(`the compiler did not read ${place}`);
  return program.getSyntacticDiagnostics(file).length === 0 && program.getSemanticDiagnostics(file).length === 0;
}

function declarationsOf(program: ts.Program, place: string): string {
  let declarations = '';
  const write = (_name: string, text: string): void => void (declarations = text);
  program.emit(program.getSourceFile(place), write, undefined, true);
  return declarations;
}

function placeBeside(root: string, file: string, name: string): string {
  return path.join(root, file.replace(/\.ts$/, `.${name}.ts`));
}

function mutated({ file, find, put }: Mutant, originals: ReadonlyMap<string, string>): string {
  // A function as the replacement, because `$` has a meaning in texts.
  return (originals.get(file) ?? '').replace(find, () => put);
}

function read(root: string, file: string): string {
  const text = ts.sys.readFile(path.join(root, file));
  if (text === undefined) throw new Error(`cannot read ${file}`);
  return text;
}
