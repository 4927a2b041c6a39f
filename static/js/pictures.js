// Pictures that are being prepared: look again until they stand in the list. Without this script
// the page says the same when it is opened again.

const PAUSE = 2000;
const MOST = 60;
let tries = 0;

async function look() {
  tries += 1;
  try {
    const response = await fetch(location.pathname);
    if (response.redirected || !response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    for (const id of ["arriving", "pictures"]) {
      const here = document.getElementById(id);
      const there = page.getElementById(id);
      // Only what changed: somebody may be reading, or have the focus in it.
      if (here.innerHTML !== there.innerHTML) here.replaceWith(document.adoptNode(there));
    }
  } catch {
    // No connection: the next look may have one.
  }
  again();
}

function again() {
  const waits = document.querySelector("#arriving[data-waits]");
  if (waits && tries < MOST) setTimeout(look, PAUSE);
}

again();
