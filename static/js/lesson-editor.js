// The editor of a lesson: the preview follows what is typed, Ctrl+S saves, and nothing typed is
// lost: what is not saved is kept in this browser and offered again. Without this script every one
// of these is a button that posts the form.

const PAUSE = 400; // milliseconds without a key before the preview is asked for
const KEEP_AFTER = 300;
const KEPT_FOR = 30 * 864e5;
const form = document.getElementById("lesson-form");
const status = document.getElementById("status");
const trouble = document.getElementById("trouble");
const kept = document.getElementById("kept");
const words = form.dataset;
const canSave = Boolean(status);

let timer = 0;
let keepTimer = 0;
let running = null;
let isSaving = false;
let wantsMore = false;
let isLeaving = false;
let saved = snapshot();
let isDirty = words.dirty === "1";

// ---------------------------------------------------------------- what is typed
function snapshot() {
  const data = new FormData(form);
  for (const name of ["csrfmiddlewaretoken", "seen", "show"]) data.delete(name);
  return new URLSearchParams(data).toString();
}

function say(text, state) {
  if (!status) return;
  status.className = `le-status ${state}`;
  status.textContent = text;
}

function changed() {
  isDirty = snapshot() !== saved;
  say(isDirty ? words.unsaved : "", isDirty ? "is-waiting" : "");
  clearTimeout(keepTimer);
  keepTimer = setTimeout(keep, KEEP_AFTER);
}

// ---------------------------------------------------------------- kept in this browser
function quietly(action) {
  try {
    return action();
  } catch {
    return null; // storage is off or full: the page still holds the text
  }
}

function keep() {
  quietly(() => {
    if (!isDirty) localStorage.removeItem(words.keep);
    else {
      // With the state it was typed against: if somebody saved since, both are shown.
      const seen = form.elements.seen.value;
      localStorage.setItem(words.keep, JSON.stringify({ typed: snapshot(), seen, at: Date.now() }));
    }
  });
}

function forget() {
  clearTimeout(keepTimer);
  quietly(() => localStorage.removeItem(words.keep));
}

function putBack({ typed, seen }) {
  const values = new URLSearchParams(typed);
  form.elements.seen.value = seen;
  for (const field of form.elements) {
    if (!field.name || ["csrfmiddlewaretoken", "seen", "show", "do"].includes(field.name)) continue;
    if (field.type === "checkbox") field.checked = values.getAll(field.name).includes(field.value);
    else if (values.has(field.name)) field.value = values.get(field.name);
  }
  changed();
  refresh();
}

function offer() {
  quietly(() => {
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith("lesson:"))) {
      if (!(Date.now() - JSON.parse(localStorage[key]).at < KEPT_FOR)) localStorage.removeItem(key);
    }
  });
  const found = quietly(() => JSON.parse(localStorage.getItem(words.keep)));
  if (!found || isDirty || !canSave) return;
  if (found.typed === saved) return forget();
  const language = document.documentElement.lang.replace(/^en$/, "en-GB");
  const when = new Date(found.at).toLocaleString(language, { dateStyle: "medium", timeStyle: "short" });
  kept.querySelector("[data-kept-words]").textContent = words.kept.replace("{time}", when);
  kept.querySelector("[data-restore]").onclick = () => {
    kept.hidden = true;
    putBack(found);
    form.elements.markdown.focus();
  };
  kept.querySelector("[data-forget]").onclick = () => {
    kept.hidden = true;
    forget();
    form.elements.markdown.focus();
  };
  kept.hidden = false;
}

// ---------------------------------------------------------------- the preview
async function refresh() {
  clearTimeout(timer);
  running?.abort();
  const mine = (running = new AbortController());
  const body = new URLSearchParams(new FormData(form));
  try {
    const response = await fetch(words.previewUrl, { method: "POST", body, signal: mine.signal });
    if (response.status === 429) return later(response);
    if (!response.ok || response.redirected) throw new Error("refused");
    show(await response.text());
  } catch (error) {
    if (error.name !== "AbortError") previewFailed();
  }
}

function later(response) {
  clearTimeout(timer);
  timer = setTimeout(refresh, (Number(response.headers.get("Retry-After")) || 5) * 1000);
}

function show(html) {
  const parts = new DOMParser().parseFromString(html, "text/html");
  for (const name of ["preview", "problems"]) {
    const place = document.getElementById(name);
    const top = place.querySelector(".le-page")?.scrollTop || 0;
    place.replaceChildren(...parts.querySelector(`[data-part=${name}]`).childNodes);
    const page = place.querySelector(".le-page");
    if (page) page.scrollTop = top;
  }
  follow();
}

// What is being written stays in sight: between the same two headings, as far along.
function follow() {
  const page = document.querySelector(".le-page");
  const area = visibleArea();
  if (!page || document.activeElement !== area) return;
  const place = placeOf(area.selectionEnd, area.value, page);
  const margin = page.clientHeight / 6;
  if (place > page.scrollTop + margin && place < page.scrollTop + page.clientHeight - margin) return;
  page.scrollTop = place - page.clientHeight / 2;
}

function placeOf(caret, text, page) {
  const down = (element) => element.getBoundingClientRect().top - page.getBoundingClientRect().top + page.scrollTop;
  const notes = page.querySelector(".footnote, .source-notes");
  let marks = [...text.matchAll(/^#{1,6}[^#\n]/gm)].map((found) => found.index);
  let tops = [...page.querySelectorAll(".lesson-text :is(h2, h3, h4, h5, h6)[id^='s-']")].map(down);
  if (marks.length !== tops.length) marks = tops = []; // some are left out, or are no headings
  const texts = [0, ...marks, text.length];
  const places = [0, ...tops, notes ? down(notes) : page.scrollHeight];
  const part = marks.filter((mark) => mark <= caret).length;
  const along = (caret - texts[part]) / (texts[part + 1] - texts[part] || 1);
  return places[part] + along * (places[part + 1] - places[part]);
}

function previewFailed() {
  const state = document.querySelector("[data-preview-state]");
  if (state) state.textContent = words.noPreview;
}

function soon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, PAUSE);
}

// ---------------------------------------------------------------- saving
async function save(button, { isSecondTry = false } = {}) {
  if (!canSave) return;
  if (isSaving) {
    wantsMore = true;
    return;
  }
  isSaving = true;
  const sent = snapshot();
  const body = new URLSearchParams(new FormData(form));
  if (button?.name === "over") body.set("over", button.value);
  say(words.saving, "is-waiting");
  try {
    const response = await fetch(location.pathname, {
      method: "POST",
      body,
      headers: { Accept: "application/json" },
    });
    if (response.redirected || response.status === 403) await signedOut(isSecondTry);
    else if (response.status === 404) say(words.gone, "is-failed");
    else if ([400, 413].includes(response.status)) say(words.tooLong, "is-failed");
    else if ([409, 422].includes(response.status)) refused(await response.text());
    else if (response.ok) settled(sent, await response.json());
    else throw new Error("refused");
  } catch {
    keep();
    say(words.away, "is-failed");
  } finally {
    isSaving = false;
  }
  if (!wantsMore) return;
  wantsMore = false;
  if (isDirty) await save();
}

function settled(sent, answer) {
  saved = sent;
  isDirty = snapshot() !== saved;
  form.elements.seen.value = answer.seen;
  trouble.replaceChildren();
  if (isDirty) keep();
  else forget();
  say(isDirty ? words.unsaved : answer.said, isDirty ? "is-waiting" : "is-saved");
}

function refused(html) {
  keep();
  say(words.refused, "is-failed");
  trouble.innerHTML = html;
  trouble.firstElementChild?.focus();
}

// Signed in again in another window, the form has an old token: fetch the new one and say so.
async function signedOut(isSecondTry) {
  keep();
  say(words.signedOut, "is-failed");
  if (isSecondTry) return;
  const page = await fetch(location.pathname); // leads to the sign-in page, or back here
  const fresh = new DOMParser().parseFromString(await page.text(), "text/html");
  const token = fresh.querySelector("#lesson-form [name=csrfmiddlewaretoken]");
  if (!token || token.value === form.elements.csrfmiddlewaretoken.value) return;
  form.elements.csrfmiddlewaretoken.value = token.value;
  isSaving = false;
  await save(undefined, { isSecondTry: true });
}

// ---------------------------------------------------------------- lines
function goTo(line) {
  const area = visibleArea();
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
  view("text");
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] || "").length);
  // The browser scrolls to a selection only when it is typed over: measure instead.
  const ruler = area.cloneNode();
  ruler.removeAttribute("id");
  ruler.removeAttribute("name");
  ruler.className += " le-ruler";
  ruler.value = area.value.slice(0, start);
  area.after(ruler);
  area.scrollTop = Math.max(0, ruler.scrollHeight - area.clientHeight / 2);
  ruler.remove();
}

function visibleArea() {
  const isLight = form.elements.show?.value === "light";
  return (isLight && form.elements.light_markdown) || form.elements.markdown;
}

// ---------------------------------------------------------------- one of two on a narrow screen
function view(name) {
  document.getElementById("lesson-editor").dataset.view = name;
  for (const button of document.querySelectorAll("[data-view][aria-pressed]")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === name));
  }
}

// ---------------------------------------------------------------- what happens when
form.addEventListener("input", (event) => {
  if (event.target.name === "show") return refresh();
  changed();
  soon();
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.submitter?.value === "preview") {
    view("preview");
    refresh();
  } else save(event.submitter);
});
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  event.preventDefault();
  save();
});
document.addEventListener("click", (event) => {
  const line = event.target.closest?.("[data-line]");
  const button = event.target.closest?.("button[data-view]");
  if (event.target.closest?.("[data-leave]")) {
    keep(); // theirs is taken: mine is offered once more
    isLeaving = true;
  }
  if (line) {
    event.preventDefault();
    goTo(Number(line.dataset.line));
  } else if (button) view(button.dataset.view);
});
addEventListener("beforeunload", (event) => {
  if (!isDirty) return;
  keep();
  if (!isLeaving) event.preventDefault();
});
view("text");
if (isDirty) {
  keep();
  say(words.unsaved, "is-waiting");
} else offer();
