import { LRUCache } from 'lru-cache';
import type { ProductEvent } from '../../../shared/events/product-event.ts';
import { shortNameOf } from './event-line.ts';

/** A repeat comes within minutes, when a process died or a sink was away; a process that runs for weeks forgets the rest. */
const MAX_REMEMBERED = 10_000;

/** What was told so far: each event once, however often it was published. */
export class EventTally {
  readonly #ids = new LRUCache<string, true>({ max: MAX_REMEMBERED });
  readonly #counts = new Map<string, number>();
  readonly #unresolved = new Set<string>();

  /** Counts an event. @returns whether it was new */
  add({ id, type, node }: ProductEvent): boolean {
    if (this.#ids.has(id)) return false;
    this.#ids.set(id, true);
    const name = shortNameOf(type);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    if (name.startsWith('incident.') && node !== undefined) this.#follow(name, node);
    return true;
  }

  /** How many nodes have an incident that is not over. */
  get unresolved(): number {
    return this.#unresolved.size;
  }

  /** How many incidents were opened. */
  get opened(): number {
    return this.#counts.get('incident.opened') ?? 0;
  }

  /** One line: how many events of each type, and what is not over. */
  summary(): string {
    const counts = [...this.#counts]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, count]) => `${count} ${name}`);
    const left = [...this.#unresolved].sort().join(', ');
    return `${counts.join(', ') || 'no events'}; ${left === '' ? 'no incident is left' : `not over: ${left}`}`;
  }

  #follow(name: string, node: string): void {
    if (name === 'incident.resolved') this.#unresolved.delete(node);
    else this.#unresolved.add(node);
  }
}
