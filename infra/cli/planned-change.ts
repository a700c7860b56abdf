import {
  labelKeyError,
  labelValueError,
  subdomainError,
} from '../../shared/domain/placement/label-syntax.ts';
import { validateTaints } from '../../shared/domain/placement/placement-validation.ts';
import type { PlannedLabel, PlannedTaint } from '../../shared/domain/preflight/planned-change.ts';
import { UsageError } from '../../shared/errors/errors.ts';

const TAINT = /^(?<node>[^=]+)=(?<key>[^=:]+)(?:=(?<value>[^=:]*))?:(?<effect>[^:]+)$/;
const REMOVED_LABEL = /^(?<node>[^=]+)=(?<key>[^=]+)-$/;
const SET_LABEL = /^(?<node>[^=]+)=(?<key>[^=]+)=(?<value>[^=]*)$/;

/** Reads `NODE=KEY[=VALUE]:EFFECT`. @throws UsageError for anything that the API server would refuse */
export function parseTaint(text: string): PlannedTaint {
  const { node = '', key = '', value = '', effect = '' } = TAINT.exec(text)?.groups ?? {};
  const wrong = [
    effect === '' ? 'it is not NODE=KEY[=VALUE]:EFFECT' : subdomainError(node),
    ...validateTaints([{ key, value, effect }]).map(({ message }) => message),
  ];
  refuse(`--taint '${text}'`, wrong, 'For instance: --taint node01=maintenance:NoExecute.');
  return { node, taint: value === '' ? { key, effect } : { key, value, effect } };
}

/** Reads `NODE=KEY=VALUE` or `NODE=KEY-`. @throws UsageError for anything that the API server would refuse */
export function parseLabel(text: string): PlannedLabel {
  const groups = (REMOVED_LABEL.exec(text) ?? SET_LABEL.exec(text))?.groups;
  const { node = '', key = '', value } = groups ?? {};
  const wrong = [
    groups === undefined ? 'it is neither NODE=KEY=VALUE nor NODE=KEY-' : subdomainError(node),
    labelKeyError(key),
    labelValueError(value ?? ''),
  ];
  const remedy = 'For instance: --label node01=zone=a, or --label node01=zone- to remove it.';
  refuse(`--label '${text}'`, wrong, remedy);
  return { node, key, value };
}

/** Throws for the first thing that is wrong, if there is one. */
function refuse(flag: string, findings: readonly (string | undefined)[], remedy: string): void {
  const wrong = findings.find((finding) => finding !== undefined);
  if (wrong !== undefined) throw new UsageError(`${flag}: ${wrong}`, remedy);
}
