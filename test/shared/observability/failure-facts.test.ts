import { expect, it } from 'vitest';
import { OverloadedError } from '../../../shared/errors/errors.ts';
import { failureFacts } from '../../../shared/observability/failure-facts.ts';

it('says of an expected failure what its line needs, and of a bug all there is', () => {
  const bug = new TypeError('x is undefined');
  expect(failureFacts(new OverloadedError('full', 'Wait.'))).toEqual({ code: 'OVERLOADED', reason: 'full' });
  expect(failureFacts(bug)).toEqual({ err: bug });
  expect(failureFacts('text')).toEqual({ err: 'text' });
});
