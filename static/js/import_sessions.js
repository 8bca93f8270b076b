/** Takes sessions in that were taken along from here or from ChatGPT. Loaded when it is wanted. */

import { ApiError, api } from "./api.js";
import { WORDS } from "./words.js";

/**
 * @param {{onNews: (words: string) => void, onProblem: (words: string) => void}} owner
 */
export function chooseSessions({ onNews, onProblem }) {
  const picker = document.createElement("input");
  picker.type = "file";
  picker.accept = ".json,application/json";
  picker.multiple = true;
  picker.addEventListener("change", async () => {
    for (const file of picker.files ?? []) {
      try {
        const { imported } = await api.importSessions(file);
        onNews(WORDS.imported(imported));
      } catch (error) {
        onProblem(`${file.name}: ${error instanceof ApiError ? error.message : WORDS.serverError}`);
      }
    }
  });
  picker.click();
}
