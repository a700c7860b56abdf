import type { SecretSource } from '../../shared/config/secrets.ts';
import { routingWarnings } from '../../shared/domain/notifications/routing-warnings.ts';
import { type ChannelParts, createChannels } from './channels.ts';
import type { Notification } from './function-ports.ts';
import { readNotifyConfig } from './notify-config.ts';

export interface NotificationParts extends ChannelParts {
  /** Where secrets of channels may be. */
  readonly env: SecretSource['env'];
}

/**
 * Who is told of incidents, as the file of `NOTIFY_CONFIG` says; without one, the log.
 *
 * @throws ConfigInvalidError with every mistake in the file, secrets that cannot be used included
 */
export function readNotification(
  file: string | undefined,
  { env, ...parts }: NotificationParts,
): Notification {
  const { channels, ...settings } = readNotifyConfig(file, { env });
  const { clock, log } = parts;
  for (const warning of routingWarnings(settings.routing, clock.now())) log.warn({ file }, warning);
  return { channels: createChannels(channels, parts), settings };
}
