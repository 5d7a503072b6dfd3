/**
 * `emitDecoratorMetadata` of a tsconfig.json: the types of parameters, which Nest and others read
 * when they run. esbuild does not keep them.
 */
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ASKED = /"emitDecoratorMetadata"\s*:\s*true/;
const DECORATED = /\b__decorate(?:Class|Param)\(/;
const TYPESCRIPT = /\.[cm]?tsx?$/;

/** Whether the folder's tsconfig.json asks for the types. */
export function asksForMetadata(folder: string): boolean {
  const file = path.join(folder, 'tsconfig.json');
  return existsSync(file) && ASKED.test(readFileSync(file, 'utf8'));
}

/** Notes on a system with decorators that is loaded without the types it asks for. */
export function metadataNotes(project: string, entry: string, systemCode: string): string[] {
  if (!TYPESCRIPT.test(entry) || !DECORATED.test(systemCode) || !asksForMetadata(project)) return [];
  const instead = "if the system needs them, as Nest does, name its compiled file (system: './dist/main.js')";
  return [`${entry} is loaded without the types that emitDecoratorMetadata keeps for decorators: ${instead}`];
}
