/* Runs before each page's own scripts. What an attack does becomes a line on the console, which tests/browser/watch.py
   takes for trouble; `check` says what a page holds that no message may bring. */

Object.defineProperty(window, "hostile", { set: (number) => console.error(`attack ${number} ran`) });
addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sample }) =>
  console.error(`held back by ${violatedDirective}: ${blockedURI} ${sample}`),
);

/** What the page itself adds to rendered Markdown: a button on code, the line that is still being written. */
const OURS = ".code-copy, .code-copy *, .tail, .tail *";
/** What loads or runs something; no page has any of it in its body. */
const FOREIGN =
  "script, iframe, frame, object, embed, applet, base, link, meta, img, image, style, video, audio, source, portal";
const LOADING = new Set("src srcset srcdoc action formaction poster data background ping".split(" "));

/** @param {{html: string[], mathml: string[], attributes: Record<string, [string[], string]>, events: string[]}} rules */
const checks = ({ html, mathml, attributes, events }) => {
  const elements = {
    "http://www.w3.org/1999/xhtml": new Set(html),
    "http://www.w3.org/1998/Math/MathML": new Set(mathml),
  };
  const allowed = Object.fromEntries(
    Object.entries(attributes).map(([name, [on, value]]) => [name, [new Set(on), new RegExp(`^(?:${value})$`, "u")]]),
  );

  /** What of rendered Markdown is not on the list, or means something else when it is parsed again. */
  function* inRendered(place) {
    for (const element of place.querySelectorAll("*")) {
      if (element.matches(OURS)) continue;
      if (!elements[element.namespaceURI]?.has(element.localName)) yield `has <${element.nodeName}>`;
      for (const { name, value } of element.attributes) {
        const [on, pattern] = Object.hasOwn(allowed, name) ? allowed[name] : [new Set()];
        if (!on.has(element.localName) || !pattern.test(value)) yield `has <${element.localName} ${name}=${value}>`;
      }
    }
    // A zero character can be put into a text, but not parsed back into it.
    const written = place.innerHTML.replaceAll("\0", "");
    const again = document.createElement("template");
    again.innerHTML = written;
    if (again.innerHTML !== written) yield "changes when it is parsed again";
  }

  function* inPage(rendered) {
    for (const place of document.querySelectorAll(rendered)) {
      const message = place.closest("[data-message]")?.dataset.message ?? "";
      for (const what of inRendered(place)) yield `${message} ${what}`;
      // The page listens further up and does not hear these: what listens here would be an attack's.
      for (const element of place.querySelectorAll("*")) {
        for (const type of events) {
          if (type !== "click" || element.localName !== "a") element.dispatchEvent(new Event(type, { cancelable: true }));
        }
      }
    }
    for (const element of document.body.querySelectorAll("*")) {
      const message = element.closest("[data-message]")?.dataset.message ?? "";
      if (element.matches(FOREIGN)) yield `${message} brings <${element.nodeName}>`;
      if (element.shadowRoot) yield `${message} has a shadow root`;
      if (element.hasAttribute("href") && !/^(https?|mailto|file):$/.test(element.protocol)) {
        yield `${message} leads to ${element.href}`;
      }
      for (const { name, value } of element.attributes) {
        if (name.startsWith("on") || (LOADING.has(name) && !element.matches("form"))) yield `${message} has ${name}=${value}`;
      }
    }
    const ids = [...document.querySelectorAll("[id]")].map(({ id }) => id);
    for (const id of new Set(ids.filter((id, at) => ids.indexOf(id) !== at))) yield `two elements have the id ${id}`;
  }

  return {
    page: (rendered) => [...inPage(rendered)],

    /** Draws each reply with the page's own module, one character at a time, and looks at it each time. */
    async streaming(replies, module) {
      const { ReplyView } = await import(module);
      const found = [];
      for (const { number, text, renders } of replies) {
        const view = ReplyView.begin({ turn_id: `t${number}`, message_id: `m${number}` });
        document.querySelector(".transcript").append(view.element);
        let at = 0;
        for (const point of text) {
          at += 1;
          view.addToken(point);
          if (renders[at]) view.addRender(renders[at]);
          view.draw();
          for (const what of inRendered(view.prose)) found.push(`${number}, cut at ${at}, ${what}`);
        }
        view.element.remove();
      }
      return found;
    },
  };
};
