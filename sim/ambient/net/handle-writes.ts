/** The methods by which `node:net` writes: each form of the data becomes bytes. */
import { tcpPrototype } from './stream-base.ts';

/** A request of `node:net` to a handle. */
export interface Request {
  oncomplete?: (status: number, ...more: unknown[]) => void;
}

export abstract class HandleWrites {
  /** Takes bytes, which do not change later. Returns 0 or an error number. */
  protected abstract send(request: Request, bytes: Buffer): number;

  writeBuffer(request: Request, bytes: Uint8Array): number {
    return this.send(request, Buffer.from(bytes));
  }

  writeUtf8String(request: Request, text: string): number {
    return this.send(request, Buffer.from(text, 'utf8'));
  }

  writeLatin1String(request: Request, text: string): number {
    return this.send(request, Buffer.from(text, 'latin1'));
  }

  writeAsciiString(request: Request, text: string): number {
    return this.send(request, Buffer.from(text, 'latin1'));
  }

  writeUcs2String(request: Request, text: string): number {
    return this.send(request, Buffer.from(text, 'utf16le'));
  }

  /** `chunks` are buffers, or texts each followed by its encoding. */
  writev(request: Request, chunks: readonly unknown[], allBuffers: boolean): number {
    const parts: Uint8Array[] = [];
    for (let index = 0; index < chunks.length; index += allBuffers ? 1 : 2) {
      const chunk = chunks[index];
      parts.push(typeof chunk === 'string' ? Buffer.from(chunk, encodingOf(chunks[index + 1])) : (chunk as Uint8Array));
    }
    return this.send(request, Buffer.concat(parts));
  }
}

// `node:net` tests handles by the class of its native ones.
Object.setPrototypeOf(HandleWrites.prototype, tcpPrototype());

function encodingOf(name: unknown): BufferEncoding {
  return name === 'buffer' ? 'utf8' : (name as BufferEncoding);
}
