/**
 * `npm run mutation-score -- [--sample N] [--seed 0x…] [--record | --check]`: the share of
 * mechanical mutants of the gateway that its properties find. Exits with 0, with 1 if `--check`
 * finds fewer than the committed figure allows, with 2 for invalid flags.
 */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { USAGE_FAULT } from '../../sim/cli/flags.ts';
import { repository } from '../../sim/project/simulator.ts';
import { equivalents } from './equivalents.ts';
import { FIGURE_SEEDS, figureOf, figureText, mutantsOf, readFigure } from './figure.ts';
import { type Flags, flagsOf } from './flags.ts';
import { KeptResults } from './kept-results.ts';
import { measure } from './measure.ts';
import { gatewayPlanting, type Planting } from './planting.ts';
import { drawSample, mutatedFiles, readSample, type Sample, sampleText } from './sample.ts';
import { scoreOf, scoreText } from './score.ts';

const SEED = '0x1';
const SIZE = 300;
const SEEDS = 100;
const STEPS_MAX = 60_000;
const STUCK_MS = 3000;

const folder = path.join(repository ?? '', 'bench', 'mutation-score');
const sampleFile = path.join(folder, 'sample.json');
const figureFile = path.join(folder, 'figure.json');

process.exitCode = await main();

async function main(): Promise<number> {
  let flags: Flags;
  try {
    flags = flagsOf(process.argv.slice(2));
  } catch (error) {
    console.error(`mutation-score: ${(error as Error).message}`);
    return USAGE_FAULT;
  }
  const planting = await gatewayPlanting(repository ?? '');
  if (flags.draw) {
    writeFileSync(sampleFile, sampleText(await draw(planting, flags.seed ?? SEED, flags.sample ?? SIZE)));
    return 0;
  }
  const size = flags.sample ?? SIZE;
  const { seed, mutants } = flags.seed === null ? readSample(sampleFile) : await draw(planting, flags.seed, size);
  const figure = flags.check ? readFigure(figureFile) : null;
  const judged = figure === null ? mutants.slice(0, size) : mutantsOf(figure, mutants);
  const beganAtMs = performance.now();
  const { results, gone } = await measure(planting, judged, {
    seeds: figure?.seeds ?? (flags.record ? FIGURE_SEEDS : SEEDS),
    stepsMax: STEPS_MAX,
    stuckMs: STUCK_MS,
    jobs: flags.jobs,
    kept: new KeptResults(flags.results),
    onJudged: (count) => showProgress(`${count} of ${judged.length} mutants`),
  });
  showProgress('');
  if (flags.record) writeFileSync(figureFile, figureText(figureOf(results)));
  const score = scoreOf(seed, results, equivalents, gone);
  const minutes = (performance.now() - beganAtMs) / 60_000;
  console.log(flags.json ? JSON.stringify({ ...score, results }) : `${scoreText(score)}\n\n${minutes.toFixed(1)} min`);
  if (figure === null || score.found >= figure.foundAtLeast) return 0;
  console.error(
    `mutation-score: found ${score.found} of ${figure.mutants.length} mutants that were found before, ` +
      `expected at least ${figure.foundAtLeast}`,
  );
  return 1;
}

async function draw(planting: Planting, seed: Sample['seed'], size: number): Promise<Sample> {
  const { files } = await planting.bundle(null);
  return await drawSample(planting.root, seed, size, mutatedFiles(planting.root, files));
}

function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
