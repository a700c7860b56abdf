import { expect } from 'vitest';
import { FunctionError } from '../../shared/errors/errors.ts';

/** The expected failure of what is run. Anything else, success or a bug, fails the test. */
export async function failureOf(run: () => Promise<unknown>): Promise<FunctionError> {
  const failure: unknown = await run().then(
    () => expect.unreachable('it succeeded'),
    (error: unknown) => error,
  );
  expect(failure).toBeInstanceOf(FunctionError);
  return failure as FunctionError;
}
