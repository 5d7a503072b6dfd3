/** The virtual modules of the web's text, by name: `require('./virtual:blob')`. */
export const MODULES: Readonly<Record<string, string>> = {
  llhttp: `module.exports = new WebAssembly.Module(require('./lib/llhttp/llhttp-wasm.js'));`,

  // The connections that are kept for later requests end with their process.
  dispatcher: `
    const Agent = require('./lib/dispatcher/agent.js');
    const { perProcess } = require('./virtual:process');
    const agents = perProcess(() => ({ current: new Agent() }));
    exports.getGlobalDispatcher = () => agents.current;`,

  http2: `module.exports = () => { throw new Error('HTTP/2 is not simulated'); };`,

  blob: `
    exports.streamOf = (blob) => new ReadableStream({
      async pull(controller) {
        const bytes = new Uint8Array(await blob.arrayBuffer());
        if (bytes.length > 0) controller.enqueue(bytes);
        controller.close();
        controller.byobRequest?.respond(0);
      },
      type: 'bytes',
    });`,

  // Bodies that arrive compressed are decoded when they are complete.
  zlib: `
    const { Transform } = require('node:stream');
    const zlib = require('node:zlib');
    const decoder = (decode) => (options) => {
      const chunks = [];
      return new Transform({
        transform(chunk, _encoding, done) {
          chunks.push(chunk);
          done();
        },
        // In another turn, as a thread would do it: undici does not expect an error before.
        flush(done) {
          setImmediate(() => {
            let bytes;
            try {
              bytes = decode(Buffer.concat(chunks), options);
            } catch (error) {
              return done(error);
            }
            done(null, bytes);
          });
        },
      });
    };
    module.exports = {
      constants: zlib.constants,
      createGunzip: decoder(zlib.gunzipSync),
      // Some servers send deflate without its header, which undici tells by the first byte.
      createInflate: decoder((bytes, options) =>
        (bytes[0] & 15) === 8 ? zlib.inflateSync(bytes, options) : zlib.inflateRawSync(bytes, options)),
      createBrotliDecompress: decoder(zlib.brotliDecompressSync),
    };`,
};
