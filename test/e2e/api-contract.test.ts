import { describe } from 'vitest';
import { objectsContract } from '../contracts/kube-objects-contract.ts';
import { realBackend } from './support/contract-backend.ts';
import { describeCluster } from './support/describe-cluster.ts';

describeCluster('the real API server', (cluster) => {
  const backend = realBackend(cluster);
  describe('objects', () => objectsContract(backend));
});
