import { IncidentConflictError } from '../errors/errors.ts';

/** How often work begins again because somebody else wrote the record meanwhile. */
const MAX_ATTEMPTS = 5;

/**
 * Does work that reads a record and writes it, and begins again when somebody else wrote it in between.
 *
 * @param work - told which attempt it is, from 1
 * @throws IncidentConflictError when that happens every time: deliver again later
 */
export async function uncontested<Result>(work: (attempt: number) => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await work(attempt);
    } catch (error) {
      if (!(error instanceof IncidentConflictError) || attempt >= MAX_ATTEMPTS) throw error;
    }
  }
}
