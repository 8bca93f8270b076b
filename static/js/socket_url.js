/**
 * Where the chat socket is. In this order: an explicit `url`, the server's STUDYIN_WS_URL, and else the place this very
 * module came from, so that it works on any host, port, scheme and sub-path with nothing to configure.
 */

const SOCKET_PATH = "api/chat/ws";
const CHECK_PATH = "api/chat/check";

/**
 * The application's own root: this module is <root>/static/<version>/js/socket_url.js.
 * @param {string} [module] the URL of a module in static/<version>/js/
 */
export function appRoot(module = import.meta.url) {
  return new URL("../../../", module);
}

/**
 * @param {{url?: string | null, configured?: string | null, module?: string}} [options]
 *   url: an explicit address; configured: STUDYIN_WS_URL; module: the URL of a module in static/<version>/js/
 * @returns {string} an absolute ws: or wss: URL
 */
export function socketUrl({ url, configured, module } = {}) {
  const root = appRoot(module);
  const address = new URL(url || configured || SOCKET_PATH, root);
  if (address.protocol === "http:") address.protocol = "ws:";
  if (address.protocol === "https:") address.protocol = "wss:";
  if (address.protocol !== "ws:" && address.protocol !== "wss:") {
    throw new TypeError(`Expected a ws:, wss:, http: or https: address for the socket, got ${address.protocol}`);
  }
  address.hash = "";
  return address.href;
}

/**
 * Where to ask, over plain HTTP, why a socket does not open.
 * @param {string} wsUrl
 */
export function checkUrl(wsUrl) {
  const address = new URL(wsUrl);
  address.protocol = address.protocol === "wss:" ? "https:" : "http:";
  address.search = "";
  address.pathname = address.pathname.endsWith(SOCKET_PATH)
    ? address.pathname.slice(0, -SOCKET_PATH.length) + CHECK_PATH
    : `/${CHECK_PATH}`;
  return address.href;
}
