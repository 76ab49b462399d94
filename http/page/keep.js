// What this browser remembers: localStorage, or memory where it is refused.

const memory = new Map();

export function get(name) {
  try {
    const kept = localStorage.getItem('linger.' + name);
    if (kept !== null) return kept;
  } catch (e) {
    // Refused: memory has it.
  }
  return memory.has(name) ? memory.get(name) : null;
}

export function set(name, value) {
  memory.delete(name);
  try {
    localStorage.setItem('linger.' + name, value);
  } catch (e) {
    memory.set(name, value);
  }
}

export function remove(name) {
  memory.delete(name);
  try {
    localStorage.removeItem('linger.' + name);
  } catch (e) {
    // Nothing was kept there.
  }
}

/** The names that begin with `prefix`, sorted. */
export function names(prefix) {
  const found = Array.from(memory.keys());
  try {
    for (let i = 0; i < localStorage.length; ++i) {
      const name = localStorage.key(i);
      if (name.startsWith('linger.')) found.push(name.slice(7));
    }
  } catch (e) {
    // Memory alone.
  }
  return found.filter((name) => name.startsWith(prefix)).sort();
}
