import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { EventRouter } from '../../e2e/support/event-router.ts';
import { FunctionProcess } from '../../e2e/support/function-process.ts';
import { writeKubeconfig } from '../../e2e/support/kubeconfig.ts';
import { resourceEvent } from '../../support/raw-events.ts';

it('publishes, as it is built: the code that sends events is loaded with the first one', async () => {
  const router = await EventRouter.start();
  const directory = await mkdtemp(join(tmpdir(), 'serve-bundle-'));
  const kubeconfig = join(directory, 'kubeconfig');
  // The cluster is never asked anything: every node is a matter for the audit.
  await writeKubeconfig(kubeconfig, { server: 'http://127.0.0.1:9', ca: '', user: { token: 'none' } });
  const env = { K_SINK: router.url, KUBECONFIG: kubeconfig, LOG_LEVEL: 'warn' };
  const served = await FunctionProcess.start('placement-changed', env);
  try {
    const { type, id, kind, data } = resourceEvent('delete', {
      kind: 'KubeVirt',
      metadata: { name: 'kubevirt', namespace: 'kubevirt' },
    });
    const headers = {
      'ce-specversion': '1.0',
      'ce-id': id,
      'ce-source': '/api-server',
      'ce-type': type,
      'ce-kind': String(kind),
      'content-type': 'application/json',
    };
    const answer = await fetch(served.url, { method: 'POST', headers, body: JSON.stringify(data) });
    expect(answer.status, served.log).toBe(204);
    expect(router.published).toMatchObject([
      { type: 'dev.kubevirt-orphans.audit.requested.v1', data: { scope: 'all' } },
    ]);
  } finally {
    await served.stop();
    await router.close();
    await rm(directory, { recursive: true });
  }
});
