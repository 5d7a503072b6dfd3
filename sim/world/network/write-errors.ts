/** What a send that waits is told when it will never be taken: the errors of Node's own sockets, by who gave the connection up. */

/** This end did. */
export function destroyed(): Error {
  return Object.assign(new Error('Cannot call write after a stream was destroyed'), { code: 'ERR_STREAM_DESTROYED' });
}

/** The other end has reset it. */
export function reset(): Error {
  return Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET', syscall: 'read', errno: -104 });
}
