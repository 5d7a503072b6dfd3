/** The errors that Node passes to callbacks of writes when a connection has ended. */

/** This end has closed the connection. */
export function destroyed(): Error {
  return Object.assign(new Error('Cannot call write after a stream was destroyed'), { code: 'ERR_STREAM_DESTROYED' });
}

/** The other end or the network has reset the connection. */
export function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read', errno: -104 });
}
