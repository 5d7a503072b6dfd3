/** The errors that Node passes to callbacks of writes when a connection has ended or is reset. */

/** This end has closed the connection. */
export function destroyed(): Error {
  return Object.assign(new Error('Cannot call write after a stream was destroyed'), { code: 'ERR_STREAM_DESTROYED' });
}

/** The other end or the network has reset the connection. */
export function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read', errno: -104 });
}

/**
 * A write to a connection that is reset, before the process has seen that. On Linux the first one
 * reports the reset.
 */
export function writeFailed(isFirst: boolean): Error {
  const [code, errno] = isFirst ? ['ECONNRESET', -104] : ['EPIPE', -32];
  return Object.assign(new Error(`write ${code}`), { code, syscall: 'write', errno });
}
