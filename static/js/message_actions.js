/** What a click on a message asks for: its source, a copy, another answer, another form of it. */

import { codeOf, plainText } from "./copying.js";
import { find, within } from "./element.js";
import { ReplyView } from "./reply_view.js";
import { versionBehind } from "./versions.js";

/**
 * @param {HTMLElement} transcript
 * @param {{
 *   onSource: (source: HTMLElement, reply: string, citation?: number) => void,
 *   onAgain: (messageId: string) => void,
 *   onCopy: (text: string, otherwise?: () => string) => void,
 *   onTakeBack: (clientId: string) => void,
 *   onEdit: (question: {id: string, text: string}) => void,
 *   onVersion: (messageId: string) => void,
 * }} owner
 */
export function listenToMessages(transcript, owner) {
  transcript.addEventListener("click", (event) => {
    const reply = within(event, ".reply");
    const question = within(event, ".question");
    const version = within(event, ".branches a");
    const code = within(event, ".code-copy");
    const source = reply && sourceOf(event, reply);
    if (reply && source) {
      event.preventDefault();
      const citation = within(event, ".prose .citation");
      const alike = [...reply.querySelectorAll(".prose .citation")].filter((each) => each.textContent === citation?.textContent);
      owner.onSource(source, reply.dataset.message ?? "", citation ? alike.indexOf(citation) : undefined);
    } else if (version) {
      event.preventDefault();
      if (versionBehind(version)) owner.onVersion(versionBehind(version));
    } else if (reply && within(event, ".message-again")) owner.onAgain(reply.dataset.message ?? "");
    else if (reply && within(event, ".message-copy")) {
      const { text, prose } = new ReplyView(reply);
      owner.onCopy(text, () => plainText(prose));
    } else if (code) owner.onCopy(codeOf(code));
    else if (question && within(event, ".question-take-back")) owner.onTakeBack(question.dataset.client ?? "");
    else if (question && within(event, ".question-edit")) owner.onEdit(asked(question));
  });
}

/** A question, to be asked otherwise. @param {HTMLElement} question */
export function asked(question) {
  return { id: question.dataset.message ?? "", text: find(question, ".question-text").textContent ?? "" };
}

/**
 * The source that was clicked, in the margin or by its number in the text.
 * @param {Event} event
 * @param {HTMLElement} reply
 */
function sourceOf(event, reply) {
  const inMargin = within(event, ".source");
  if (inMargin) return inMargin;
  const number = Number(within(event, ".prose .citation")?.textContent);
  const item = number > 0 ? reply.querySelectorAll(".source")[number - 1] : null;
  return item instanceof HTMLElement ? item : null;
}
