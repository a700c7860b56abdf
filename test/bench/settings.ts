import type { ClusterOptions } from './cluster-generator.ts';

export interface Settings {
  /** Part of the full size, 1 for all of it. */
  readonly scale: number;
  /** The largest part of that which jq is given, even if it could do more. */
  readonly jqScale: number;
  /** How often each command is measured. */
  readonly runs: number;
  /** For everything that is written; it exists. */
  readonly directory: string;
  /** Whether dumps stay there. */
  readonly keep: boolean;
  readonly progress: (doing: string) => void;
}

/** The cluster with that part of its nodes, at least one. */
export function scaled(options: ClusterOptions, scale: number): ClusterOptions {
  return { ...options, nodes: Math.max(1, Math.round(options.nodes * scale)) };
}

/** A number for people to read. */
export function count(number: number): string {
  return number.toLocaleString('en');
}
