/**
 * Packets of engine.io and Socket.IO in text frames, as words. Both prefix a packet with digits for
 * its type: `42["chat","hi"]` is a message (4) that is an event (2).
 *
 * Protocols: engine.io 3 and 4, Socket.IO 2 to 5. Another protocol may use the same digits, so a
 * connection counts as one of engine.io only if a frame shows it: the handshake, or the probe of an
 * upgrade.
 */
const HANDSHAKE = /^0\{"sid":/;
const PROBE = /^[23]probe$/;

/** Whether the text shows that its connection speaks engine.io. */
export function showsEngineIo(text: string): boolean {
  return HANDSHAKE.test(text) || PROBE.test(text);
}

/** Whether the packet only keeps the connection alive. */
export function isHeartbeat(text: string): boolean {
  return text === '2' || text === '3';
}

const PACKETS = ['open', 'close', 'ping', 'pong', 'message', 'upgrade', 'noop'] as const;
const MESSAGE = '4';

/** Of Socket.IO: type, number of attachments, namespace, number of the acknowledgement, payload. */
const SOCKET_IO = /^4([0-6])(?:\d{1,9}-)?(?:(\/[^,]{0,100}),?)?(\d{1,15})?([[{][^]*)?$/;
const EVENT = /^\["((?:[^"\\]|\\.){1,200})"(?:,([^]*))?\]$/;

/** `socket.io event chat "hi"` for `42["chat","hi"]`. The text itself if it is not a packet. */
export function packetText(text: string): string {
  if (text.startsWith(MESSAGE)) return socketIoText(text) ?? `engine.io message ${text.slice(1)}`;
  const name = PACKETS[Number(text[0])];
  if (name === undefined) return text;
  return text.length === 1 ? `engine.io ${name}` : `engine.io ${name} ${text.slice(1)}`;
}

function socketIoText(text: string): string | null {
  const [whole, type, namespace, ack, payload = ''] = SOCKET_IO.exec(text) ?? [];
  if (whole === undefined) return null;
  const words = (...parts: readonly (string | undefined)[]): string =>
    ['socket.io', ...parts].filter((part) => part !== undefined && part !== '').join(' ');
  const place = namespace === undefined || namespace === '/' ? undefined : `(${namespace})`;
  switch (type) {
    case '0':
      return words('connect', payload, place);
    case '1':
      return words('disconnect', place);
    case '2':
    case '5': {
      const [isEvent, name, values] = EVENT.exec(payload) ?? [];
      return isEvent === undefined ? null : words('event', name, values, ack && `(ack ${ack})`, place);
    }
    case '3':
    case '6':
      return ack === undefined ? null : words('ack', ack, payload, place);
    default:
      return words('refused', payload, place);
  }
}
