/**
 * What differs from the published `undici`, by file. Each edit must match exactly once, so that
 * another version of `undici` is looked at before it is used.
 *
 * - State of its modules belongs to a process.
 * - Nothing is compressed, unless the other side does so unasked: zlib works on the thread pool.
 * - Node reads the parts of a Blob in turns of the real event loop.
 */

export interface Edit {
  readonly find: string;
  readonly put: string;
}

/** Virtual modules that the edits refer to: see modules.ts. */
export const VIRTUAL = './virtual:';

/** The module that the text requires from its scope. */
export const PROCESS_MODULE = `${VIRTUAL}process`;

/** Files of which each process evaluates its own. They are used by calls of their exports only. */
export const PER_PROCESS: ReadonlySet<string> = new Set(['lib/util/timers.js']);

/** Files that are replaced by a virtual module. */
export const REPLACED: ReadonlyMap<string, string> = new Map([
  ['lib/global.js', 'dispatcher'],
  ['lib/dispatcher/client-h2.js', 'http2'],
]);

export const EDITS: Readonly<Record<string, readonly Edit[]>> = {
  'lib/dispatcher/client-h1.js': [
    {
      find: "const llhttpWasmData = process.env.JEST_WORKER_ID ? require('../llhttp/llhttp-wasm.js') : undefined\n\n  let mod\n",
      put: "let mod = require('./virtual:llhttp')\n",
    },
    { find: 'if (useWasmSIMD) {', put: 'if (false) {' },
    { find: "mod = new WebAssembly.Module(require('../llhttp/llhttp_simd-wasm.js'))", put: '' },
    { find: "mod = new WebAssembly.Module(llhttpWasmData || require('../llhttp/llhttp-wasm.js'))", put: '' },
    // A process that crashes leaves its parsers in the memory of the instance.
    {
      find: 'const USE_NATIVE_TIMER = 0',
      put: `require('./virtual:process').atRunEnd(() => {
  if (llhttpInstance === null || llhttpInstance.exports.memory.buffer.byteLength <= LLHTTP_BYTES_MAX) return
  llhttpInstance = null
  currentBufferPtr = null
  currentBufferSize = 0
})
const LLHTTP_BYTES_MAX = 1024 * 1024

const USE_NATIVE_TIMER = 0`,
    },
  ],
  // Each chunk of a body starts the timer again, and versions of Node write different chunks.
  'lib/util/timers.js': [
    { find: 'let fastNowTimeout\n', put: 'let fastNowTimeout\nlet startedAtMs\n' },
    {
      find: '  if (fastNowTimeout?.refresh) {\n    fastNowTimeout.refresh()\n',
      put: `  const nowMs = performance.now()
  const isStarted = fastNowTimeout?.refresh && startedAtMs === nowMs
  startedAtMs = nowMs
  if (isStarted) return
  if (fastNowTimeout?.refresh) {
    fastNowTimeout.refresh()
`,
    },
  ],
  'lib/web/websocket/frame.js': [
    {
      find: `if (bufIdx === BUFFER_SIZE) {
    bufIdx = 0
    randomFillSync((buffer ??= Buffer.allocUnsafeSlow(BUFFER_SIZE)), 0, BUFFER_SIZE)
  }
  return [buffer[bufIdx++], buffer[bufIdx++], buffer[bufIdx++], buffer[bufIdx++]]`,
      put: 'return randomFillSync(Buffer.allocUnsafeSlow(4), 0, 4)',
    },
  ],
  'lib/web/websocket/connection.js': [
    { find: "request.headersList.append('sec-websocket-extensions', permessageDeflate, true)", put: '' },
    {
      find: "requestURL.protocol = url.protocol === 'ws:'",
      put: "if (url.protocol === 'wss:') require('./virtual:process').refuseTls()\n  requestURL.protocol = url.protocol === 'ws:'",
    },
  ],
  'lib/web/fetch/index.js': [
    { find: "if (!httpRequest.headersList.contains('accept-encoding', true)) {", put: 'if (false) {' },
    { find: "const zlib = require('node:zlib')", put: "const zlib = require('./virtual:zlib')" },
    { find: "const hasZstd = runtimeFeatures.has('zstd')", put: 'const hasZstd = false' },
  ],
  'lib/web/fetch/util.js': [
    {
      find: 'return new InflateStream(zlibOptions)',
      put: "return require('./virtual:zlib').createInflate(zlibOptions)",
    },
  ],
  'lib/web/fetch/request.js': [
    {
      find: 'let patchMethodWarning = false',
      put: "const warned = require('./virtual:process').perProcess(() => ({ patch: false }))",
    },
    { find: 'if (!patchMethodWarning && ', put: 'if (!warned.patch && ' },
    { find: 'patchMethodWarning = true', put: 'warned.patch = true' },
  ],
  'lib/web/fetch/body.js': [
    { find: 'stream = object.stream()', put: "stream = require('./virtual:blob').streamOf(object)" },
    { find: 'yield * part.stream()', put: 'yield new Uint8Array(await part.arrayBuffer())' },
  ],
  'lib/web/eventsource/eventsource.js': [
    { find: 'let experimentalWarned = false', put: 'let experimentalWarned = true' },
  ],
  'lib/core/connect.js': [
    {
      find: "if (protocol === 'https:') {\n      if (!tls) {",
      put: "if (protocol === 'https:') {\n      require('./virtual:process').refuseTls()\n      if (!tls) {",
    },
  ],
};
