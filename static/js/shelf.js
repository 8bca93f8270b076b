/** The student's notes in the sidebar. */

import { ApiError, api } from "./api.js";
import { find, part, within } from "./element.js";
import { WORDS } from "./words.js";

/** @typedef {import("./types.js").Material} Material */

export class Shelf {
  #element;
  #list;
  /** @type {Map<string, Material>} */
  #materials = new Map();

  /**
   * @param {HTMLElement} element
   * @param {{
   *   onAdd: () => void, onChange: (ready: Material[]) => void, onNews: (words: string) => void,
   *   onProblem: (words: string) => void,
   * }} owner
   */
  constructor(element, owner) {
    this.#element = element;
    this.#list = find(element, ".material-list", HTMLUListElement);
    this.owner = owner;
    for (const item of /** @type {NodeListOf<HTMLElement>} */ (this.#list.querySelectorAll(".material"))) {
      const material = read(item);
      this.#materials.set(material.id, material);
    }
    find(element, ".shelf-add").addEventListener("click", () => owner.onAdd());
    this.#list.addEventListener("click", (event) => {
      const item = within(event, ".material-delete") && within(event, ".material");
      if (item) void this.#delete(item.dataset.material ?? "");
    });
  }

  /** The notes that can be asked about, newest first. */
  get ready() {
    return [...this.#materials.values()].filter(({ status }) => status === "ready");
  }

  /** The notes that are not read yet. */
  get underWay() {
    return [...this.#materials.values()].filter(({ status }) => status === "queued" || status === "reading");
  }

  /** @param {Material} material */
  update(material) {
    const known = this.#find(material.id);
    const item = known ?? part("material");
    this.#materials.delete(material.id);
    this.#materials = new Map([[material.id, material], ...this.#materials]);
    item.dataset.material = material.id;
    item.dataset.status = material.status;
    find(item, ".material-name").textContent = material.filename;
    find(item, ".material-name").title = material.filename;
    find(item, ".material-state").textContent = stateWords(material);
    if (!known) this.#list.prepend(item);
    this.#changed();
  }

  /** @param {string} id */
  async #delete(id) {
    const material = this.#materials.get(id);
    try {
      await api.deleteMaterial(id);
    } catch (error) {
      if (!(error instanceof ApiError) || error.status !== 404) {
        return this.owner.onProblem(error instanceof ApiError ? error.message : WORDS.serverError);
      }
    }
    this.#materials.delete(id);
    this.#find(id)?.remove();
    this.#changed();
    if (material) this.owner.onNews(WORDS.removed(material.filename));
  }

  #changed() {
    find(this.#element, ".materials-empty").hidden = this.#materials.size > 0;
    this.owner.onChange(this.ready);
  }

  /**
   * @param {string} id
   * @returns {HTMLElement | null}
   */
  #find(id) {
    return this.#list.querySelector(`[data-material="${CSS.escape(id)}"]`);
  }
}

/** @param {HTMLElement} item @returns {Material} */
function read(item) {
  return {
    id: item.dataset.material ?? "",
    filename: find(item, ".material-name").textContent ?? "",
    status: /** @type {Material["status"]} */ (item.dataset.status),
  };
}

/** @param {Material} material */
function stateWords({ status, error }) {
  if (status === "failed") return error ?? WORDS.readFailed;
  if (status === "ready") return "";
  return status === "queued" ? WORDS.queued : WORDS.reading;
}
