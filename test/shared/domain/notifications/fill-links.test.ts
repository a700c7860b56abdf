import { describe, expect, it } from 'vitest';
import { fillLinks } from '../../../../shared/domain/notifications/fill-links.ts';

const VALUES = { node: 'node02', cluster: 'lab & 1/2', namespace: 'orphans' };

describe('the links of a message', () => {
  it('lead to what is configured, filled and encoded', () => {
    const links = {
      runbook: 'https://wiki.example/{{cluster}}',
      dashboard: 'https://grafana.example/d?node={{ node }}&other={{other}}',
      incident: 'https://console.example/ns/{{namespace}}/{{node}}',
    };
    expect(fillLinks(links, VALUES)).toEqual([
      { label: 'Runbook', url: 'https://wiki.example/lab%20%26%201%2F2' },
      { label: 'Dashboard', url: 'https://grafana.example/d?node=node02&other={{other}}' },
      { label: 'Incident', url: 'https://console.example/ns/orphans/node02' },
    ]);
  });

  it.each([
    'javascript:alert(1)',
    '/relative/{{node}}',
    'not a url',
    'https://',
    `https://long.example/${'x'.repeat(3_000)}`,
  ])('leave out %s', (dashboard) => {
    expect(fillLinks({ dashboard }, VALUES).map(({ label }) => label)).toEqual(['Runbook']);
  });

  it('lead to the runbook that the alert names, unless told', () => {
    expect(fillLinks({}, VALUES)).toEqual([
      { label: 'Runbook', url: 'https://kubevirt.io/monitoring/runbooks/OrphanedVirtualMachineInstances' },
    ]);
  });

  it.each(['<!channel>|x', 'a\nb', '\uD800', 'https://evil.example/'])('hold no raw %j', (node) => {
    const [, link] = fillLinks({ dashboard: 'https://grafana.example/{{node}}?a=1' }, { ...VALUES, node });
    expect(link?.url).toMatch(/^https:\/\/grafana\.example\/[\w%.!-]*\?a=1$/);
  });
});
