import { describe } from 'vitest';
import { objectsContract } from './kube-objects-contract.ts';
import { simulatedBackend } from './simulated-backend.ts';

describe('the simulated API server', () => {
  const backend = simulatedBackend();
  describe('objects', () => objectsContract(backend));
});
