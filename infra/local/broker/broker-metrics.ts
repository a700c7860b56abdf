/** What is counted of a broker. What a subscriber makes of an event is counted by `observeFunction`. */
export interface BrokerMetrics {
  /** How many events a subscriber still has to get. */
  queueDepth(subscriber: string, depth: number): void;
  /** An event was given up on. */
  deadLettered(subscriber: string, type: string): void;
}
