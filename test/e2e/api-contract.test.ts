import { describe } from 'vitest';
import { daemonSetContract } from '../contracts/daemon-set-contract.ts';
import { differencesContract } from '../contracts/differences.ts';
import { deletionContract } from '../contracts/kube-deletion-contract.ts';
import { listsContract } from '../contracts/kube-lists-contract.ts';
import { objectsContract } from '../contracts/kube-objects-contract.ts';
import { patchesContract } from '../contracts/kube-patches-contract.ts';
import { watchContract } from '../contracts/kube-watch-contract.ts';
import { placementContract } from '../contracts/placement-contract.ts';
import { realBackend } from './support/contract-backend.ts';
import { describeCluster } from './support/describe-cluster.ts';

describeCluster('the real API server', (cluster) => {
  const backend = realBackend(cluster);
  describe('objects', () => objectsContract(backend));
  describe('patches', () => patchesContract(backend));
  describe('lists', () => listsContract(backend));
  describe('watch', () => watchContract(backend));
  describe('deletion', () => deletionContract(backend));
  describe('DaemonSets', () => daemonSetContract(backend));
  describe('what differs', () => differencesContract(backend, 'real'));
});

// Nobody else changes taints.
describeCluster('the real DaemonSet controller alone', (cluster) => placementContract(realBackend(cluster)), {
  controllers: 'daemonset,serviceaccount,serviceaccount-token',
});
