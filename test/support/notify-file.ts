import { dump } from 'js-yaml';
import { type NotifyConfig, type NotifyInput, parseNotifyConfig } from '../../shared/config/notify-config.ts';

/** Where secrets of tests are: every one that a channel may want. */
export const SECRETS = {
  URL: 'https://hooks.example.test/services/T0/B0/hunter2',
  SLACK: 'xoxb-hunter2',
  PAGER: 'hunter2hunter2hunter2hunter2abcd',
  SIGNING: `whsec_${Buffer.from('hunter2-hunter2-hunter2-24').toString('base64')}`,
  SMTP: 'smtps://orphans:hunter2@smtp.example.test',
  BASIC: 'orphans:hunter2',
  HEADER: 'Bearer hunter2',
} as const;

/** Secrets of the environment, and no files. */
export const secretSource: NotifyInput['secrets'] = {
  env: SECRETS,
  readFile: (path) => {
    throw Object.assign(new Error(`no such file hunter2 ${path}`), { code: 'ENOENT' });
  },
};

/** Reads a file that holds this. */
export function parseFile(value: unknown, input: Partial<NotifyInput> = {}): NotifyConfig {
  const text = typeof value === 'string' ? value : dump(value, { noRefs: true });
  return parseNotifyConfig(text, { file: 'notify.yaml', secrets: secretSource, ...input });
}

/** The mistakes of a file that holds this, one by one. */
export function mistakesOf(value: unknown): readonly string[] {
  try {
    parseFile(value);
  } catch (error) {
    const { message } = error as Error;
    return message.replace(/^notify\.yaml (has (a mistake|\d+ mistakes): )?/, '').split('; ');
  }
  return [];
}

/** A file with one channel and one route, which is right, and these parts. */
export const aFile = (parts: object = {}): object => ({
  channels: [{ name: 'log', type: 'log' }],
  routes: [{ name: 'all', channels: ['log'] }],
  ...parts,
});
