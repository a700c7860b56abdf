/** How many at a time: enough to hide the waiting, too few to burden an API server. */
const CONCURRENCY = 8;

/**
 * Does something with each item, a few at a time. One that fails keeps no other from being dealt with.
 *
 * @throws the first failure, once all are done
 */
export async function forEachOf<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const queue = [...items.entries()];
  const outcomes: PromiseSettledResult<Result>[] = [];
  const worker = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const [index, item] = next;
      const [outcome] = await Promise.allSettled([work(item)]);
      outcomes[index] = outcome;
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
