/** Parts of the page that come when they are needed, and did not come. */

/** @param {() => void} onMissing */
export function listenForMissingParts(onMissing) {
  window.addEventListener("unhandledrejection", (event) => {
    if (!(event.reason instanceof TypeError && /import|module/i.test(event.reason.message))) return;
    event.preventDefault();
    onMissing();
  });
}
