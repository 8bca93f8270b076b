/** Takes sessions in that were taken along from here or from ChatGPT. Loaded when it is wanted. */

import { ApiError, api } from "./api.js";
import { WORDS } from "./words.js";

/** @typedef {{onNews: (words: string) => void, onProblem: (words: string) => void}} Owner */

/** @param {Owner} owner */
export function chooseSessions(owner) {
  const picker = document.createElement("input");
  picker.type = "file";
  picker.accept = ".zip,.json,application/zip,application/json";
  picker.multiple = true;
  picker.addEventListener("change", () => importSessions(picker.files ?? [], owner));
  picker.click();
}

/**
 * @param {Iterable<File>} files
 * @param {Owner} owner
 */
export async function importSessions(files, { onNews, onProblem }) {
  for (const file of files) {
    try {
      onNews(WORDS.imported(await api.importSessions(file)));
    } catch (error) {
      onProblem(`${file.name}: ${error instanceof ApiError ? error.message : WORDS.serverError}`);
    }
  }
}
