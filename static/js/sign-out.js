// Signing out of a computer that others use too: answers this browser still keeps are sent first. What
// cannot be sent is deleted only with its person's say, and only once they are signed out.
// Of somebody else nothing is sent, counted or deleted: a session that merely ended costs no answer.

const PATIENCE = 5000; // for one answer; after the first that finds no server, none is tried
const dialog = document.getElementById("confirm-dialog");
const text = dialog.dataset;
let isBusy = false;

function quietly(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
function readOwn(key) {
  const raw = localStorage.getItem(key);
  const row = quietly(() => JSON.parse(raw));
  return row?.by === text.person ? { ...row, key, raw } : null;
}
const ownRows = () =>
  quietly(() =>
    Object.keys(localStorage).filter((key) => key.startsWith("attempt:")).map(readOwn).filter(Boolean),
  ) || [];

function post(url, fields, form, options) {
  const body = new FormData(form);
  for (const [name, value] of fields) body.append(name, value);
  return fetch(url, { method: "POST", body, signal: AbortSignal.timeout(PATIENCE), ...options });
}

// ---- sending
async function isSettled(row, form) {
  const response = await post(row.url, row.entries, form, { headers: { Accept: "application/json" } });
  if (response.status >= 500) throw new Error(response.status);
  if (response.redirected || !/json/.test(response.headers.get("Content-Type"))) return false;
  // Too late, and it says what is stored anyway.
  return response.ok || (response.status === 410 && !(await response.json()).yours.length);
}
async function sendAll(form) {
  try {
    for (const row of ownRows()) {
      if ((await isSettled(row, form)) && localStorage.getItem(row.key) === row.raw) localStorage.removeItem(row.key);
    }
  } catch {
    // No network or no server: whoever signs out is asked.
  }
}

// ---- asking
function ask(words) {
  const no = dialog.querySelector("[data-confirm-no]");
  const before = no.textContent;
  dialog.querySelector("[data-confirm-text]").textContent = words;
  dialog.querySelector("[data-confirm-yes]").textContent = text.signOut;
  no.textContent = text.stay;
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.onclose = () => {
      no.textContent = before;
      resolve(dialog.returnValue === "yes");
    };
  });
}

// ---- signing out
async function signOut(form) {
  const response = await post(form.action, [], form, { redirect: "manual" }).catch(() => null);
  if (response?.type !== "opaqueredirect") return false;
  quietly(() => {
    localStorage.setItem("signed-out", Date.now()); // for pages in other tabs
    for (const row of ownRows()) localStorage.removeItem(row.key);
  });
  location.assign(form.action); // leads to the start page, with what the server has to say
  return true;
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("[data-signs-out]") || !ownRows().length) return;
  event.preventDefault();
  if (isBusy) return;
  isBusy = true;
  await sendAll(form);
  isBusy = false;
  const left = ownRows().length;
  if (!left) return form.submit();
  let words = (left === 1 ? text.unsentOne : text.unsentMany).replace("§", left);
  while (await ask(words)) {
    if (await signOut(form)) return;
    words = text.away;
  }
});
