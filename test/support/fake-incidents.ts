import { NO_REMEDIATION } from '../../shared/domain/remediation/remediation.ts';
import { IncidentConflictError, SinkUnavailableError } from '../../shared/errors/errors.ts';
import type { ProductEvent } from '../../shared/events/product-event.ts';
import type { EventSink, IncidentRecord, IncidentStore } from '../../shared/runtime/ports.ts';

/** Incidents in memory, with the API server's optimistic concurrency. `before` runs ahead of every write. */
export class FakeIncidents implements IncidentStore {
  readonly records = new Map<string, IncidentRecord>();
  readonly writes: string[] = [];
  before: (verb: 'create' | 'update' | 'remove', node: string) => void = () => undefined;
  #version = 0;
  #made = 0;

  /** Puts a record there, as if somebody else had written it. */
  put(record: Pick<IncidentRecord, 'node'> & Partial<IncidentRecord>): IncidentRecord {
    const known = this.records.get(record.node);
    const whole = {
      uid: known?.uid ?? this.#newUid(),
      incident: undefined,
      outbox: [],
      deliveries: [],
      remediation: NO_REMEDIATION,
      approval: undefined,
      ...record,
      resourceVersion: this.#newVersion(),
    };
    this.records.set(record.node, whole);
    return whole;
  }

  get(node: string): Promise<IncidentRecord | undefined> {
    return Promise.resolve(this.records.get(node));
  }

  list(): Promise<readonly IncidentRecord[]> {
    return Promise.resolve([...this.records.values()]);
  }

  async create(node: string): Promise<IncidentRecord> {
    this.#write('create', node);
    if (this.records.has(node)) throw conflict(node);
    return this.put({ node });
  }

  async update(record: IncidentRecord): Promise<IncidentRecord> {
    this.#write('update', record.node);
    if (this.records.get(record.node)?.resourceVersion !== record.resourceVersion)
      throw conflict(record.node);
    return this.put(record);
  }

  async remove(record: IncidentRecord): Promise<void> {
    this.#write('remove', record.node);
    const known = this.records.get(record.node);
    if (known !== undefined && known.resourceVersion !== record.resourceVersion) throw conflict(record.node);
    this.records.delete(record.node);
  }

  #write(verb: 'create' | 'update' | 'remove', node: string): void {
    this.before(verb, node);
    this.writes.push(`${verb} ${node}`);
  }

  #newVersion(): string {
    this.#version += 1;
    return String(this.#version);
  }

  #newUid(): string {
    this.#made += 1;
    return `record-${this.#made}`;
  }
}

function conflict(node: string): IncidentConflictError {
  return new IncidentConflictError(`the record of ${node} changed`, 'Read it again.');
}

/** A sink that keeps what it accepts; `refuses` says how many it refuses first. */
export class FakeSink implements EventSink {
  readonly events: ProductEvent[] = [];
  refuses = 0;

  async publish(event: ProductEvent): Promise<void> {
    if (this.refuses > 0) {
      this.refuses -= 1;
      throw new SinkUnavailableError('the sink is down', 'Try again.');
    }
    this.events.push(event);
  }

  /** `type id`, each once, in the order of their first coming; types without their prefix. */
  get told(): readonly string[] {
    return [
      ...new Set(this.events.map(({ type, id }) => `${type.replace('dev.kubevirt-orphans.', '')} ${id}`)),
    ];
  }
}
