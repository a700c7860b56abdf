import type { Message } from '../../shared/domain/notifications/message.ts';

/** Every text that a message holds. */
export function textsOf({
  title,
  sentences,
  facts,
  lists,
  help,
  links,
  key,
  cluster,
  node,
}: Message): readonly string[] {
  return [
    key,
    cluster,
    node,
    title,
    ...sentences,
    ...facts.flatMap(({ label, value }) => [label, value]),
    ...lists.flatMap((list) => [list.title, ...list.items]),
    ...(help === undefined ? [] : [help.summary, help.command]),
    ...links.flatMap(({ label, url }) => [label, url]),
  ];
}
