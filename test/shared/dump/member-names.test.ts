import { describe, expect, it } from 'vitest';
import { mayHoldObjects } from '../../../shared/dump/member-names.ts';

describe('mayHoldObjects', () => {
  it.each([
    'pods.json',
    './pods.yaml',
    'a/../pods.YML',
    'pods.json.gz',
    'quay-io-sha256/namespaces/kubevirt/core/pods.yaml',
    'namespaces/kubevirt/core/pods/virt-handler-abcde.yaml',
    'namespaces/kubevirt/pods/virt-handler-abcde/virt-handler-abcde.yaml',
    'namespaces/kubevirt/apps/daemonsets/virt-handler.yaml',
    'namespaces/a/kubevirt.io/virtualmachineinstances/vm.yaml',
    'namespaces/all/kubevirt.io/kubevirts.json',
    'namespaces/a/core/events/vm.17ab.yaml',
    'namespaces/a/kubevirt.io/virtualmachines/vm.yaml',
    'cluster-scoped-resources/core/namespaces/kubevirt.yaml',
    'namespaces/kubevirt-hyperconverged/hco.kubevirt.io/hyperconvergeds/kubevirt-hyperconverged.yaml',
    'namespaces/a/a.yaml',
    'namespaces/prod/cluster-1/everything.yaml',
    'cluster-scoped-resources/core/nodes.yaml',
    'cluster-scoped-resources/core/nodes/node01.example.com.yaml',
    'core/secrets.yaml',
  ])('is true for %s', (path) => {
    expect(mayHoldObjects(path)).toBe(true);
  });

  it.each([
    'pods',
    'pods.txt',
    'pods.yaml.bak',
    'must-gather.tar.gz',
    'nodes/node01/kubelet.log.gz',
    '.DS_Store',
    'a/._pods.yaml',
    '.git/pods.yaml',
    'namespaces/a/core/secrets.yaml',
    'quay-io-sha256/namespaces/a/core/configmaps/vm.17ab.yaml',
    'namespaces/a/apps/deployments.yaml',
    'namespaces/a/kubevirt.io/virtualmachineinstancemigrations/vm.yaml',
    'cluster-scoped-resources/config.openshift.io/networks.yaml',
  ])('is false for %s', (path) => {
    expect(mayHoldObjects(path)).toBe(false);
  });
});
