/** One chat socket for as long as a component is there: it comes back after a drop, and stays away where it was sent. */
import { useCallback, useEffect, useRef, useState } from "react";

const SHORTEST_MS = 1_000;
const LONGEST_MS = 30_000;
// Taken as "sign in again": coming back would be refused again.
const UNWELCOME = new Set([1008, 4001, 4401]);

/**
 * @param {string} url
 * @param {(frame: {type: string}) => void} onFrame
 * @returns {{status: string, reason: string, send: (frame: object) => void}} status: connecting, connected,
 *   reconnecting or refused, which comes with the server's reason
 */
export function useChatSocket(url, onFrame) {
  const [state, setState] = useState({ status: "connecting", reason: "" });
  const socket = useRef(null);
  const hear = useRef(onFrame);
  hear.current = onFrame;

  useEffect(() => {
    let attempt = 0;
    let timer = 0;
    let isWanted = true;

    function connect() {
      const connection = new WebSocket(url);
      socket.current = connection;
      connection.onmessage = (event) => {
        const frame = JSON.parse(event.data);
        // Only now: a refused page's socket opens too, to be told why.
        if (frame.type === "info") {
          attempt = 0;
          setState({ status: "connected", reason: "" });
        }
        hear.current(frame);
      };
      connection.onclose = (event) => {
        if (!isWanted) return;
        if (UNWELCOME.has(event.code)) {
          setState({ status: "refused", reason: `${event.code} ${event.reason}` });
          return;
        }
        setState({ status: "reconnecting", reason: "" });
        timer = setTimeout(connect, Math.min(LONGEST_MS, SHORTEST_MS * 2 ** attempt));
        attempt += 1;
      };
    }

    connect();
    return () => {
      isWanted = false;
      clearTimeout(timer);
      socket.current.close();
    };
  }, [url]);

  const send = useCallback((frame) => socket.current.send(JSON.stringify(frame)), []);
  return { ...state, send };
}
