import type { SecretMaker } from './channel-fields.ts';
import { channelSchema } from './channel-schema.ts';
import { closed, type Leaf, list, optional, text, whole, withDefault } from './fields.ts';
import { ROUTE, SILENCE, timeWindow } from './routing-schema.ts';

/** How many of each the file may have: far more than anybody needs. */
const MAX_PARTS = 200;
const MAX_SILENCES = 1_000;

/** What links may be filled with. */
const PLACEHOLDERS = ['node', 'cluster', 'namespace'];

/** The schema of the whole file. @param make - makes a secret of where it is, or says what is wrong with it */
export function notifySchema(make: SecretMaker) {
  return closed({
    channels: list(channelSchema(make), { max: MAX_PARTS }),
    routes: list(ROUTE, { max: MAX_PARTS }),
    muteWindows: list(timeWindow('what routes call it'), { max: MAX_PARTS }).optional(),
    silences: list(SILENCE, { min: 0, max: MAX_SILENCES }).optional(),
    storm: closed({
      minNodes: withDefault(
        whole(
          'nodes',
          [5, 2, 10_000],
          'from how many nodes with the same new cause on one message is sent for all',
        ),
        5,
      ),
      windowSeconds: withDefault(
        whole('seconds', [300, 10, 3_600], 'within which time they must have been orphaned'),
        300,
      ),
    }).optional(),
    diagnosisWaitSeconds: withDefault(
      whole(
        'seconds',
        [10, 0, 300],
        'how long an open incident may wait for its diagnosis before it is told without',
      ),
      10,
    ),
    flapQuietSeconds: withDefault(
      whole('seconds', [300, 0, 3_600], 'how long an incident that returns and goes is not told anew'),
      300,
    ),
    links: closed({
      runbook: optional(template("the runbook; unless told, KubeVirt's own")),
      dashboard: optional(template('a dashboard')),
      incident: optional(template('the incident')),
    }).optional(),
  });
}

function template(what: string): Leaf<string> {
  const holders = PLACEHOLDERS.map((name) => `{{${name}}}`).join(', ');
  return text(
    {
      unit: 'URL',
      allowed: `an http or https URL, in which ${holders} are filled`,
      what: `where messages link to: ${what}`,
    },
    isTemplate,
    false,
  );
}

function isTemplate(url: string): boolean {
  const filled = url.replaceAll(/\{\{\s*(\w+)\s*\}\}/g, (all, name: string) =>
    PLACEHOLDERS.includes(name) ? 'x' : all,
  );
  return /^https?:\/\/[^\s{}]+$/i.test(filled) && URL.canParse(filled) && url.length <= 2_000;
}
