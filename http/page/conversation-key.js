// The key of a conversation: its type and the id of the other user or of the group, "single:3" or
// "group:7".

export const keyOf = (type, id) => type + ':' + id;

export function parseKey(key) {
  const colon = key.indexOf(':');
  return { type: key.slice(0, colon), id: Number(key.slice(colon + 1)) };
}
