/** The methods by which `node:net` writes: each form of the data becomes bytes. */
import { HandleOptions } from './handle-options.ts';

/** A request of `node:net` to a handle. */
export interface Request {
  oncomplete?: (status: number, ...more: unknown[]) => void;
  /** The status of a write that completed before `oncomplete` was set. */
  writeStatus?: number | null;
}

/**
 * 0 or an error number. Since Node 24 `node:net` passes no request, and receives one for a write
 * that completes later.
 */
export type WriteResult = number | Request;

export abstract class HandleWrites extends HandleOptions {
  /** Takes bytes, which do not change later. */
  protected abstract send(request: Request | null, bytes: Buffer): WriteResult;

  writeBuffer(request: Request | null, bytes: Uint8Array): WriteResult {
    return this.send(request, Buffer.from(bytes));
  }

  writeUtf8String(request: Request | null, text: string): WriteResult {
    return this.send(request, Buffer.from(text, 'utf8'));
  }

  writeLatin1String(request: Request | null, text: string): WriteResult {
    return this.send(request, Buffer.from(text, 'latin1'));
  }

  writeAsciiString(request: Request | null, text: string): WriteResult {
    return this.send(request, Buffer.from(text, 'latin1'));
  }

  writeUcs2String(request: Request | null, text: string): WriteResult {
    return this.send(request, Buffer.from(text, 'utf16le'));
  }

  /** `chunks` are buffers, or texts each followed by its encoding. */
  writev(request: Request | null, chunks: readonly unknown[], allBuffers: boolean): WriteResult {
    const parts: Uint8Array[] = [];
    for (let index = 0; index < chunks.length; index += allBuffers ? 1 : 2) {
      const chunk = chunks[index];
      parts.push(typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(chunks[index + 1])) : (chunk as Uint8Array));
    }
    return this.send(request, Buffer.concat(parts));
  }
}

function encodingOf(name: unknown): BufferEncoding {
  return name === 'buffer' ? 'utf8' : (name as BufferEncoding);
}
