/** The server on the level of whole frames. */
import type { StartSystem } from '../../sim/index.ts';
import { echo } from './echo.ts';

export const start: StartSystem = (node) => {
  node.listen(echo);
  return {};
};
