import pc from 'picocolors';
import type { NodeDiagnosis } from '../../../shared/report/node-diagnosis.ts';
import type { ReportNode } from '../../../shared/report/orphan-report.ts';
import { clean, count } from './table.ts';

type Paint = ReturnType<typeof pc.createColors>;
type Step = NodeDiagnosis['steps'][number];
type Cause = ReportNode['causes'][number];
type Impact = NodeDiagnosis['impact'][number];

/** The diagnosis for people: the verdict, the runbook's steps, the causes with what would help, what is lost. */
export function* toDiagnosisText(diagnosis: NodeDiagnosis, color: boolean): Iterable<string> {
  const paint = pc.createColors(color);
  const { node, steps, impact, problems } = diagnosis;
  yield `${headline(node, paint)}\n`;
  yield `\n${paint.bold('RUNBOOK')}\n`;
  for (const step of steps) yield stepText(step, paint);
  if (node.causes.length > 0) yield `\n${paint.bold('CAUSES')}\n`;
  for (const [index, cause] of node.causes.entries()) yield causeText(cause, index, paint);
  if (impact.length > 0) yield impactText(impact, paint);
  if (problems.length > 0) yield '\n';
  for (const { message } of problems) yield `${paint.yellow('problem')}: ${clean(message)}\n`;
}

function headline({ name, verdict, handler, vmis, launcherPods }: ReportNode, paint: Paint): string {
  const colored = verdict === 'Orphaned' ? paint.red(verdict) : verdict;
  const pod = handler.pod === null ? '' : ` (pod ${handler.pod})`;
  const reason = handler.reason === '' ? '' : `: ${handler.reason}`;
  const workload = `${count(vmis.length, 'VMI')}, ${count(launcherPods.length, 'launcher pod')}`;
  return `${clean(name)}: ${colored}; virt-handler is ${handler.state}${clean(reason)}${clean(pod)}; ${workload}`;
}

function stepText({ step, title, verdict, observed, command, objects }: Step, paint: Paint): string {
  const colored = verdict === 'Ok' ? paint.green(verdict) : paint.yellow(verdict);
  const seen = objects.map(({ object, resourceVersion }) =>
    resourceVersion === '' ? object : `${object} (version ${resourceVersion})`,
  );
  const lines = [
    `${step}. ${title}: ${colored}`,
    `   ${clean(observed)}`,
    `   $ ${clean(command)}`,
    ...(seen.length === 0 ? [] : [`   from ${clean(seen.join(', '))}`]),
  ];
  return `${lines.join('\n')}\n`;
}

function causeText(
  { code, certainty, origin, summary, evidence, mitigations }: Cause,
  index: number,
  paint: Paint,
): string {
  const lines = [
    `${index + 1}. ${paint.bold(code)} (${certainty}, from ${origin}): ${summary}`,
    ...evidence.map(({ object, resourceVersion, field, value }) => {
      const version = resourceVersion === '' ? '' : ` (version ${resourceVersion})`;
      return `   seen in ${object}${version}: ${field === '' ? value : `${field} = ${value}`}`;
    }),
    ...mitigations.flatMap((it) => [
      `   ${paint.bold(it.code)}, risk ${it.risk}: ${it.summary}`,
      `     $ ${it.command}`,
    ]),
  ];
  return `${lines.map(clean).join('\n')}\n`;
}

/** What every VMI loses is said once, then what is particular to each. */
function impactText(impact: readonly Impact[], paint: Paint): string {
  const shared = (impact[0]?.lost ?? []).filter((loss) => impact.every(({ lost }) => lost.includes(loss)));
  const lines = [
    '',
    paint.bold('LOST WHILE NOTHING MANAGES THEM'),
    ...shared.map((loss) => `- ${loss}`),
    ...impact.flatMap((vmi) => [
      `${vmi.namespace}/${vmi.name}: ${factsOf(vmi).join(', ')}`,
      ...vmi.lost.filter((loss) => !shared.includes(loss)).map((loss) => `- ${loss}`),
    ]),
  ];
  return `${lines.map(clean).join('\n')}\n`;
}

function factsOf({ owner, runStrategy, evictionStrategy, liveMigratable, migration }: Impact): string[] {
  const migratable = liveMigratable === null ? 'not known whether' : liveMigratable ? '' : 'not';
  return [
    owner === null ? 'no owner' : `${owner.kind} ${owner.name}`,
    `run strategy ${runStrategy ?? 'not known'}`,
    `eviction strategy ${evictionStrategy ?? 'not known'}`,
    `${migratable} live-migratable`.trim(),
    ...(migration === null
      ? []
      : [`migrating to ${migration.targetNode || 'a node that is not chosen yet'}`]),
  ];
}
