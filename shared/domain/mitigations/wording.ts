const MAX_LISTED = 5;

/** Names some of many: a cluster has thousands of nodes. */
export function listed(names: readonly string[]): string {
  const rest = names.length - MAX_LISTED;
  return `${names.slice(0, MAX_LISTED).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}
