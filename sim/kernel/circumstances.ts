/**
 * What is unusual about the environment during a whole run, as data of a plan. A plan draws it for
 * a share of the seeds. An absent key means the usual environment, so that plans without the key
 * run as before.
 */
export interface Circumstances {
  /** Senders are notified late that the network has taken what they sent. */
  readonly lateCompletions?: true | undefined;
  /** Failpoints take time although no fault hits them. */
  readonly slowFailpoints?: true | undefined;
  /**
   * Bytes that a node can have under way to a client that does not read; 64 KiB when absent. More
   * wait in the process, and its `bufferedAmount` grows.
   */
  readonly sendBufferBytes?: number | undefined;
}

export const USUAL_CIRCUMSTANCES: Circumstances = Object.freeze({});
