import type { Metrics } from '../../../shared/runtime/ports.ts';

/** What is counted of a broker. */
export interface BrokerMetrics extends Pick<Metrics, 'eventHandled'> {
  /** How many events a subscriber still has to get. */
  queueDepth(subscriber: string, depth: number): void;
  /** An event was given up on. */
  deadLettered(subscriber: string, type: string): void;
}
