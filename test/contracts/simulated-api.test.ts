import { describe } from 'vitest';
import { daemonSetContract } from './daemon-set-contract.ts';
import { differencesContract } from './differences.ts';
import { deletionContract } from './kube-deletion-contract.ts';
import { listsContract } from './kube-lists-contract.ts';
import { objectsContract } from './kube-objects-contract.ts';
import { patchesContract } from './kube-patches-contract.ts';
import { watchContract } from './kube-watch-contract.ts';
import { placementContract } from './placement-contract.ts';
import { simulatedBackend } from './simulated-backend.ts';

describe('the simulated API server', () => {
  const backend = simulatedBackend();
  describe('objects', () => objectsContract(backend));
  describe('patches', () => patchesContract(backend));
  describe('lists', () => listsContract(backend));
  describe('watch', () => watchContract(backend));
  describe('deletion', () => deletionContract(backend));
  describe('DaemonSets', () => daemonSetContract(backend));
  describe('what differs', () => differencesContract(backend, 'simulated'));
  describe('placement', () => placementContract(backend));
});
