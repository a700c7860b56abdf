/** Adds up what all subscribers still have to get. */
export function totalDepth(tell: (total: number) => void): (subscriber: string, depth: number) => void {
  const depths = new Map<string, number>();
  return (subscriber, depth) => {
    depths.set(subscriber, depth);
    tell([...depths.values()].reduce((sum, each) => sum + each, 0));
  };
}
