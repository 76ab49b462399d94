// What the browser stores for the page: in localStorage, or in memory where that is refused.

const prefix = 'linger.';
const memory = new Map();

/** The stored text, or null. */
export function get(name) {
  try {
    const stored = localStorage.getItem(prefix + name);
    if (stored !== null) return stored;
  } catch (e) {
    // Refused: memory has it.
  }
  return memory.has(name) ? memory.get(name) : null;
}

export function set(name, value) {
  memory.delete(name);
  try {
    localStorage.setItem(prefix + name, value);
  } catch (e) {
    memory.set(name, value);
  }
}

export function remove(name) {
  memory.delete(name);
  try {
    localStorage.removeItem(prefix + name);
  } catch (e) {
    // Refused: nothing is stored there.
  }
}

/** The names that begin with `start`, sorted. */
export function names(start) {
  const found = Array.from(memory.keys());
  try {
    for (let i = 0; i < localStorage.length; ++i) {
      const name = localStorage.key(i);
      if (name.startsWith(prefix)) found.push(name.slice(prefix.length));
    }
  } catch (e) {
    // Refused: the names in memory are all there are.
  }
  return found.filter((name) => name.startsWith(start)).sort();
}
