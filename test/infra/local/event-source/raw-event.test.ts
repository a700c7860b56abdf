import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toRawEvent } from '../../../../infra/local/event-source/raw-event.ts';
import { epochMs } from '../../../../shared/domain/units.ts';
import type { RawObject } from '../../../../shared/kubernetes/object-pages.ts';

const context = {
  server: 'https://10.96.0.1:443',
  plural: 'nodes',
  now: epochMs(Date.parse('2026-08-22T10:10:00Z')),
};
const node: RawObject = {
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name: 'node01', uid: 'u1', resourceVersion: '7' },
};

describe('toRawEvent', () => {
  it('tells a change as ApiServerSource does', () => {
    expect(toRawEvent({ type: 'update', object: node, initial: false }, context)).toEqual({
      specversion: '1.0',
      id: 'u1-7-update',
      source: 'https://10.96.0.1:443',
      type: 'dev.knative.apiserver.resource.update',
      subject: '/apis/v1/namespaces//nodes/node01',
      time: '2026-08-22T10:10:00.000Z',
      datacontenttype: 'application/json',
      apiversion: 'v1',
      kind: 'Node',
      name: 'node01',
      namespace: '',
      data: node,
    });
  });

  it('gives the same change the same id, and every other one another', () => {
    const later = { ...node, metadata: { ...node.metadata, resourceVersion: '8' } };
    const ids = (
      [
        ['add', node],
        ['update', node],
        ['delete', node],
        ['add', later],
        ['add', node],
      ] as const
    ).map(([type, object]) => toRawEvent({ type, object, initial: true }, context).id);
    expect(new Set(ids).size).toBe(4);
    expect(ids[4]).toBe(ids[0]);
  });
});

const recording = new URL(
  '../../../../../shared/recordings/apiserversource-resource-mode.ndjson',
  import.meta.url,
);
const PLURALS: Readonly<Record<string, string>> = {
  Node: 'nodes',
  Pod: 'pods',
  DaemonSet: 'daemonsets',
  VirtualMachineInstance: 'virtualmachineinstances',
  KubeVirt: 'kubevirts',
};

describe.skipIf(!existsSync(recording))(
  'beside what the real ApiServerSource sent (needs ../shared/recordings)',
  () => {
    const lines = existsSync(recording) ? readFileSync(recording, 'utf8').trim().split('\n') : [];

    it('has the same attributes and the same body, event by event', () => {
      expect(lines.length).toBeGreaterThan(50);
      for (const line of lines) {
        const { headers, body } = JSON.parse(line) as { headers: Record<string, string>; body: string };
        const object = JSON.parse(body) as RawObject;
        const type = headers['ce-type']?.split('.').at(-1) as 'add' | 'update' | 'delete';
        const plural = PLURALS[object.kind] ?? '';
        const event = toRawEvent({ type, object, initial: false }, { ...context, plural });
        const attributes = Object.entries(headers).filter(([name]) => /^ce-(?!id$|time$)/.test(name));
        for (const [name, value] of attributes) expect(event[name.slice(3)], name).toBe(value);
        expect(event['datacontenttype']).toBe(headers['content-type']);
        expect(JSON.stringify(event.data)).toBe(body);
      }
    });
  },
);
