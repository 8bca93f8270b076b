/** The student's notes in the sidebar. */

import { api } from "./api.js";
import { find, part, within } from "./element.js";
import { passFocus } from "./focus.js";
import { WORDS } from "./words.js";

/** @typedef {import("./types.js").Material} Material */

export class Shelf {
  #element;
  #list;
  /** @type {Map<string, Material>} */
  #materials = new Map();
  /** Deleted here, and hidden: what is still told of them changes them unseen, until they come back. @type {Set<string>} */
  #deleting = new Set();

  /**
   * @param {HTMLElement} element
   * @param {{
   *   onAdd: () => void, onChange: () => void, onRead: (item: HTMLElement, material: Material) => void,
   *   onDeleted: (
   *     material: Material, ways: {restore: () => void, send: () => Promise<unknown>, more: Promise<string>},
   *   ) => void,
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
      const add = find(element, ".shelf-add");
      const opened = within(event, ".material-name") && within(event, ".material");
      const material = this.#materials.get(opened?.dataset.material ?? "");
      if (opened && material) owner.onRead(opened, material);
      if (item) passFocus(item, () => this.#delete(item.dataset.material ?? ""), add);
    });
  }

  /** The notes, newest first. */
  get shown() {
    return [...this.#materials.values()].filter(({ id }) => !this.#deleting.has(id));
  }

  /** The notes that can be asked about, newest first. */
  get ready() {
    return this.shown.filter(({ status }) => status === "ready");
  }

  /** The notes that are not read yet. */
  get underWay() {
    return this.shown.filter(({ status }) => status === "queued" || status === "reading");
  }

  /** @param {Material} material */
  update(material) {
    const known = this.#find(material.id);
    const item = known ?? part("material");
    this.#materials.delete(material.id);
    this.#materials = new Map([[material.id, material], ...this.#materials]);
    item.dataset.material = material.id;
    item.dataset.status = material.status;
    item.hidden = this.#deleting.has(material.id);
    find(item, ".material-name").textContent = material.filename;
    find(item, ".material-name").title = material.filename;
    find(item, ".material-state").textContent = stateWords(material);
    if (!known) this.#list.prepend(item);
    this.#changed();
  }

  /** It is gone for good, here or in another tab. @param {string} id */
  remove(id) {
    this.#find(id)?.remove();
    this.#materials.delete(id);
    this.#changed();
  }

  /** The ids of all notes, also of those that are hidden. */
  get ids() {
    return [...this.#materials.keys()];
  }

  /** A deletion that was made final when the last page was left may still be on its way. @param {string} id */
  forget(id) {
    this.#hide(id, true);
  }

  /** It goes from the shelf at once, and from the server when there is no way back any more. @param {string} id */
  #delete(id) {
    const material = this.#materials.get(id);
    if (!material) return;
    this.#hide(id, true);
    const more = api.material(id).then(({ cited: { replies, sessions } }) => (replies ? WORDS.cited(replies, sessions.length) : ""));
    this.owner.onDeleted(material, { restore: () => this.#hide(id, false), send: () => api.deleteMaterial(id), more });
  }

  /**
   * @param {string} id
   * @param {boolean} isHidden
   */
  #hide(id, isHidden) {
    if (isHidden) this.#deleting.add(id);
    else this.#deleting.delete(id);
    const item = this.#find(id);
    if (item) item.hidden = isHidden;
    this.#changed();
  }

  #changed() {
    find(this.#element, ".materials-empty").hidden = this.shown.length > 0;
    this.owner.onChange();
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
    title: item.dataset.title,
    status: /** @type {Material["status"]} */ (item.dataset.status),
  };
}

/** @param {Material} material */
function stateWords(material) {
  const { status, error, notice } = material;
  if (status === "failed") return error ?? WORDS.readFailed;
  if (status === "ready") return notice ?? "";
  return status === "queued" ? WORDS.queued : WORDS.reading(material);
}
