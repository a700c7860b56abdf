import type { MessageLink } from './message.ts';
import { plainLine } from './plain-line.ts';

/**
 * Where a message leads, as templates: `{{node}}`, `{{cluster}}` and `{{namespace}}` (where the records are) are filled,
 * URL-encoded.
 */
export interface LinkTemplates {
  /** Unless told, KubeVirt's own. */
  readonly runbook?: string | undefined;
  readonly dashboard?: string | undefined;
  readonly incident?: string | undefined;
}

export interface LinkValues {
  readonly node: string;
  readonly cluster: string;
  readonly namespace: string;
}

/** As KubeVirt's own alert says it. Source: kubevirt `pkg/monitoring/rules`, annotation `runbook_url`. */
const RUNBOOK = 'https://kubevirt.io/monitoring/runbooks/OrphanedVirtualMachineInstances';

/** Longest URL: what Slack, the strictest, lets a link be. Source: Block Kit reference, button element, `url`. */
const MAX_URL_LENGTH = 3_000;
/** Longest value: Kubernetes' names are shorter. */
const MAX_VALUE_LENGTH = 253;

/** The links of a message. What does not come out as an http or https URL is left out. */
export function fillLinks(templates: LinkTemplates, values: LinkValues): readonly MessageLink[] {
  const { runbook = RUNBOOK, dashboard, incident } = templates;
  const wanted = [
    ['Runbook', runbook],
    ['Dashboard', dashboard],
    ['Incident', incident],
  ] as const;
  return wanted.flatMap(([label, template]) => {
    const url = template === undefined ? undefined : fill(template, values);
    return url === undefined ? [] : [{ label, url }];
  });
}

function fill(template: string, values: LinkValues): string | undefined {
  const text = template.replaceAll(/\{\{\s*(node|cluster|namespace)\s*\}\}/g, (_, name: keyof LinkValues) =>
    encodeURIComponent(plainLine(values[name], MAX_VALUE_LENGTH)),
  );
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return undefined;
  const { href } = new URL(text);
  return href.length <= MAX_URL_LENGTH ? href : undefined;
}
