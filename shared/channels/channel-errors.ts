import { type ChannelFailure, ChannelRefusedError, ChannelUnavailableError } from '../errors/errors.ts';

/**
 * A notice was not taken, which may pass.
 *
 * @param reason - never the text of a foreign error, which may repeat an address or a token
 */
export function unavailable(
  channel: string,
  reason: string,
  failure: ChannelFailure = {},
): ChannelUnavailableError {
  return new ChannelUnavailableError(
    `channel ${channel} does not take a notice: ${reason}`,
    'It is tried again with every tick; check that its address is right and that it runs.',
    failure,
  );
}

/**
 * A notice was refused, which does not pass by itself.
 *
 * @param reason - never the text of a foreign error, which may repeat an address or a token
 */
export function refused(channel: string, reason: string): ChannelRefusedError {
  return new ChannelRefusedError(
    `channel ${channel} refuses a notice: ${reason}`,
    "Check the channel's address, token and settings.",
  );
}
