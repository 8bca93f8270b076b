/** What the browser keeps between visits: JSON under one prefix, and in memory alone where storage is refused or full. */

export class Keep {
  #prefix;
  #storage;
  /** @type {Map<string, string>} */
  #memory = new Map();

  /**
   * @param {string} prefix tells deployments and accounts on one origin apart
   * @param {Storage | null} [storage]
   */
  constructor(prefix, storage = browserStorage("localStorage")) {
    this.#prefix = `studyin:${prefix}:`;
    this.#storage = storage;
  }

  /**
   * @param {string} key
   * @returns {unknown} what was put there, or null
   */
  get(key) {
    const name = this.#prefix + key;
    try {
      return JSON.parse(this.#memory.get(name) ?? this.#storage?.getItem(name) ?? "null");
    } catch {
      return null;
    }
  }

  /**
   * @param {string} key
   * @param {unknown} value JSON types only
   */
  put(key, value) {
    const name = this.#prefix + key;
    const text = JSON.stringify(value);
    try {
      if (!this.#storage) throw new Error("no storage");
      this.#storage.setItem(name, text);
      this.#memory.delete(name);
    } catch {
      this.#memory.set(name, text);
    }
  }

  /** @param {string} key */
  drop(key) {
    const name = this.#prefix + key;
    this.#memory.delete(name);
    try {
      this.#storage?.removeItem(name);
    } catch {
      // storage is refused; memory was all there was
    }
  }

  /**
   * The keys that begin with `start`, without the prefix.
   * @param {string} start
   */
  keys(start) {
    const names = new Set(this.#memory.keys());
    try {
      for (let index = 0; index < (this.#storage?.length ?? 0); index += 1) names.add(this.#storage?.key(index) ?? "");
    } catch {
      // as above
    }
    return [...names].filter((name) => name.startsWith(this.#prefix + start)).map((name) => name.slice(this.#prefix.length));
  }
}

/**
 * Forgets what other accounts have kept: it is nothing for who uses the browser now.
 * @param {string} place the application's path
 * @param {string} [account] whose things stay; nobody's, if none is given
 */
export function forgetOthers(place, account) {
  const mine = account === undefined ? null : `studyin:${place}:${account}:`;
  try {
    for (const name of Object.keys(window.localStorage)) {
      if (name.startsWith(`studyin:${place}:`) && !(mine && name.startsWith(mine))) window.localStorage.removeItem(name);
    }
  } catch {
    // storage is refused, so nothing was kept
  }
}

/**
 * A browser's storage, or null where the browser refuses even the property (cookies blocked).
 * @param {"localStorage" | "sessionStorage"} kind
 */
export function browserStorage(kind) {
  try {
    return window[kind];
  } catch {
    return null;
  }
}
