import { expect, it } from 'vitest';
import type { EvidenceRequest } from '../../../shared/domain/evidence-facts.ts';
import { lookAt } from '../../../shared/runtime/read-situation.ts';
import { evidenceOf } from '../../support/facts.ts';
import { situationOf } from '../../support/gates.ts';

// In the evidence is HyperConverged: without it, taking back what was added to that seems to harm nobody.
it.each(['node01', 'node02'])(
  'reads evidence of %s, whether its virt-handler is there or not',
  async (node) => {
    const asked: EvidenceRequest[] = [];
    const { evidence } = await lookAt(node, {
      read: async () => situationOf().facts,
      readEvidence: async (request) => {
        asked.push(request);
        return evidenceOf([]);
      },
    });
    expect(asked).toMatchObject([{ nodes: [node], namespace: 'kubevirt' }]);
    expect(evidence).toBeDefined();
  },
);
