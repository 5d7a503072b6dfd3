/** What `ioredis` reports when its connection fails: errors of commands, and its events. */
export const NO_RETRIES =
  'MaxRetriesPerRequestError: Reached the max retries per request limit (which is 0). Refer to "maxRetriesPerRequest" option for details.';
export const NOT_CONNECTED = "Error: Stream isn't writeable and enableOfflineQueue options is false";
export const RESET = ['error read ECONNRESET', 'close', 'reconnecting', 'connect', 'ready'];
export const ENDED = ['close', 'reconnecting', 'connect', 'ready'];
