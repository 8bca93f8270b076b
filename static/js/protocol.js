/** The names in the chat socket's protocol. A test keeps these lists equal to the server's; shapes are in types.d.ts. */

export const CLIENT_FRAMES = /** @type {const} */ (["open", "user_message", "stop", "regenerate", "ping"]);

export const SERVER_FRAMES = /** @type {const} */ ([
  "info",
  "opened",
  "accepted",
  "waiting",
  "context",
  "thinking",
  "token",
  "render",
  "notice",
  "complete",
  "error",
  "session",
  "sessions",
  "material",
  "material_deleted",
  "cards",
  "pong",
]);

/** Close codes that mean something to the page. */
export const CLOSE = /** @type {const} */ ({
  REFUSED: 1008,
  RESTART: 1012,
  FULL: 1013,
  SIGN_IN: [1008, 4001, 4401],
});

/**
 * Whether a refused page was told which origin or host is not allowed, and by which setting it would be; a bare refusal
 * means that nobody is signed in.
 * @param {{code: number, reason: string}} closed
 */
export function isExplained({ code, reason }) {
  return code === CLOSE.REFUSED && /origin|STUDYIN_/i.test(reason);
}
