// A test that loses no answer: saves, keeps what could not be sent, tells the time.
// Without this file every page of a test works through its buttons.

const form = document.getElementById("attempt-form");
const text = form.dataset;
const status = document.getElementById("saved");
const PREFIX = `attempt:${text.attempt}:`;
const KEPT_FOR = 8 * 864e5;
const PATIENCE = 15000; // a connection that hangs is none
const timers = new Map();
const sending = new Set();
const panels = new Map(); // what the person has to decide or to read, by position
const elsewhere = new Set(); // positions with an answer kept here to a part that the page no longer asks
const failed = new Map(); // what did not arrive, by position, with the reason where the server gave one
let pause = 2000;
let pressed = null; // a button that waits for the answers on their way

// ---- kept in the browser; with storage off, the page still holds the answer
function quietly(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
const keep = (position, entries) =>
  quietly(() => localStorage.setItem(PREFIX + position, JSON.stringify({ entries, at: Date.now() })));
const kept = (position) => quietly(() => JSON.parse(localStorage.getItem(PREFIX + position)).entries);
const forget = (position) => quietly(() => localStorage.removeItem(PREFIX + position));
const keptPositions = () =>
  quietly(() => {
    const own = Object.keys(localStorage).filter((key) => key.startsWith("attempt:"));
    for (const key of own) {
      if (!(Date.now() - JSON.parse(localStorage[key]).at < KEPT_FOR)) localStorage.removeItem(key);
    }
    return own.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length));
  }) || [];

// ---- the page
const boxOf = (position) => document.querySelector(`[data-question="${position}"]`);
const sequenceOf = (box) => box.querySelector(`[name="${box.dataset.name}-sequence"]`);
const seenOf = (box) => box.querySelector(`[name="${box.dataset.name}-flag-seen"]`);
const entriesOf = (box) =>
  [...new FormData(form)].filter(([name]) => name === box.dataset.name || name.startsWith(`${box.dataset.name}-`));
const given = (entries) => String(entries.filter(([name]) => !/-(sequence|flag-seen)$/.test(name)));
// Which part of a case the inputs are of.
const openOf = (entries) => entries.find(([name]) => /-open$/.test(name))?.[1];

function fill(box, entries) {
  for (const input of box.querySelectorAll("input:enabled, select:enabled")) {
    const values = entries.filter(([name]) => name === input.name).map(([, value]) => value);
    if (/checkbox|radio/.test(input.type)) input.checked = values.includes(input.value);
    else if (!/-open$/.test(input.name)) input.value = values[0] ?? "";
  }
}
function show(words, state, link) {
  // The same once more is not read out once more.
  if (!status || (status.className === `saved ${state}` && status.lastElementChild.textContent === words + (link?.textContent ?? ""))) return;
  status.className = `saved ${state}`;
  status.firstElementChild.hidden = state !== "is-saved";
  status.lastElementChild.replaceChildren(words, link ?? "");
}
function mark({ position, answered, flagged }) {
  const button = document.querySelector(`[data-place="${position}"]`);
  if (!button) return;
  button.classList.toggle("is-answered", answered);
  button.classList.toggle("is-flagged", flagged);
  const words = [answered ? text.answered : text.empty, flagged && text.flagged];
  button.querySelector("span").textContent = `, ${words.filter(Boolean).join(", ")}`;
  document.getElementById("answered-count").textContent = document.querySelectorAll(".is-answered").length;
}

// ---- saving
function changed(box) {
  if (!elsewhere.has(box.dataset.question)) keep(box.dataset.question, entriesOf(box));
  show(text.saving, "is-waiting");
  schedule(box.dataset.question, 400);
}
function schedule(position, after) {
  clearTimeout(timers.get(position));
  timers.set(position, setTimeout(send, after, position));
}
function later(position, after, words = text.failed, link = null) {
  pressed = null;
  failed.set(position, "");
  show(words, "is-failed", link);
  schedule(position, after ?? pause);
  pause = Math.min(pause * 2, 60000);
}
const tokens = (page) => page.querySelectorAll("[name=csrfmiddlewaretoken]");

function post(position, entries) {
  const body = new FormData();
  for (const [name, value] of entries) body.append(name, value);
  body.append("csrfmiddlewaretoken", tokens(document)[0].value);
  return fetch(text.saveUrl.replace("/0/", `/${position}/`), {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(PATIENCE),
  });
}
// After signing in again in another tab this page's token is old; another page of the attempt, if
// it is still this person's, has the new one.
async function hasNewToken() {
  const response = await fetch(text.saveUrl.replace("/0/save", "/summary/"), { signal: AbortSignal.timeout(PATIENCE) });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  if (page.getElementById("attempt-form")?.dataset.attempt !== text.attempt) return false;
  for (const input of tokens(document)) input.value = tokens(page)[0].value;
  return true;
}
async function send(position) {
  if (sending.has(position)) return schedule(position, 300);
  const box = boxOf(position);
  const entries = box && !elsewhere.has(position) ? entriesOf(box) : kept(position);
  if (!entries) return gone(position);
  sending.add(position);
  try {
    let response = await post(position, entries);
    if (response.status === 403 && (await hasNewToken())) response = await post(position, entries);
    if (response.redirected || response.status === 403) signIn(position);
    else if ([429, 503].includes(response.status)) later(position, (response.headers.get("Retry-After") || 5) * 1000);
    else if (!/json/.test(response.headers.get("Content-Type"))) later(position, 30000);
    else settle(position, box, entries, response.status, await response.json());
  } catch (error) {
    // A form has its own connection, and the browser's own patience.
    const goesOn = error.name === "TimeoutError" && pressed?.form === form ? pressed : null;
    later(position);
    pressed = goesOn;
  } finally {
    sending.delete(position);
    if (notSent && !notSent.hidden) listNotSent();
    if (!sending.size) afterSending();
  }
}
// Another tab has sent it, or its person has settled it there.
function gone(position) {
  if (failed.delete(position) && !failed.size) show(text.nothingLeft, "");
  if (notSent && !notSent.hidden) listNotSent();
}
function afterSending() {
  const button = pressed;
  pressed = null;
  if (button) button.form.requestSubmit(button);
  else if (isHandingIn) stayed();
}
function settle(position, box, entries, code, answer) {
  pause = 2000;
  failed.delete(position);
  if (code === 409) return choose(position, box, answer);
  if (code === 410) return refuse(position, answer);
  settled(position);
  if (box) {
    sequenceOf(box).value = answer.sequence;
    // What the person did to the flag has been done; what another tab did to it is not shown here.
    const { name } = box.dataset;
    if (!elsewhere.delete(position)) seenOf(box).value = entries.some(([own]) => own === `${name}-flag`) ? "on" : "";
    const place = document.getElementById(`${box.dataset.name}-problem`);
    place.textContent = answer.problem;
    place.hidden = !answer.problem;
  }
  mark(answer);
  if (code !== 200) {
    pressed = null;
    failed.set(position, answer.problem);
    return show(text.failed, "is-failed");
  }
  // Changed while this was on its way: that is sent next.
  if (box && given(entriesOf(box)) !== given(entries)) return schedule(position, 0);
  forget(position);
  const [other] = failed.keys();
  if (other) show(`${nameOf(other)}: ${text.failed}`, "is-failed");
  else show(answer.saved, "is-saved");
}
function signIn(position) {
  const link = Object.assign(document.createElement("a"), { href: location.pathname, textContent: text.signInLink });
  later(position, null, `${text.signIn} `, link);
}
// ---- what the person has to know: nothing goes on before it is settled
function ask(position, lines, choices) {
  pressed = null;
  settled(position);
  const panel = Object.assign(document.createElement("div"), { className: "aside-note", tabIndex: -1 });
  panel.setAttribute("role", "alert");
  for (const line of lines) panel.append(Object.assign(document.createElement("p"), { textContent: line }));
  for (const [words, act] of choices) {
    const isLink = typeof act === "string";
    const choice = document.createElement(isLink ? "a" : "button");
    Object.assign(choice, { className: "btn btn-sm", textContent: words }, isLink ? { href: act } : { type: "button", onclick: act });
    panel.append(choice, " ");
  }
  const box = boxOf(position);
  if (box) box.prepend(panel);
  else if (form.hidden) document.querySelector(".page-head").after(panel);
  else form.before(panel);
  panels.set(position, panel);
  show("", "is-failed");
}
function settled(position) {
  panels.get(position)?.remove();
  panels.delete(position);
}
const nameOf = (position) => text.question.replace("§", position);

function choose(position, box, both) {
  if (!box) {
    // Both are shown where the question is.
    const url = text.saveUrl.replace("/0/save", `/${position}/`);
    return ask(position, [`${nameOf(position)}: ${text.conflict}`], [[text.seeBoth, url]]);
  }
  const useYours = () => {
    sequenceOf(box).value = both.sequence;
    settled(position);
    changed(box);
  };
  const keepStored = () => {
    forget(position);
    if (!elsewhere.delete(position)) return location.reload();
    settled(position);
    changed(box);
  };
  const stored = `${text.conflictStored}: ${both.stored.join("; ") || text.nothing}`;
  const yours = `${text.conflictYours}: ${both.yours.join("; ") || text.nothing}`;
  if (both.final) return ask(position, [text.conflictFinal, stored, yours], [[text.understood, keepStored]]);
  ask(position, [text.conflict, stored, yours], [[text.useYours, useYours], [text.keepStored, keepStored]]);
}
// What came too late is kept until somebody has read what does not count.
function refuse(position, answer) {
  const goOn = () => {
    forget(position);
    settled(position);
    if (!panels.size && location.pathname !== answer.url) location.assign(answer.url);
  };
  if (!answer.yours.length) return goOn();
  ask(position, [answer.message, `${nameOf(position)}. ${text.refused}`, ...answer.yours], [[text.understood, goOn]]);
}

// ---- handing in: first what was kept here; without it only whoever says so
const handIn = document.getElementById("hand-in");
const notSent = document.getElementById("not-sent");
let isHandingIn = false;

handIn?.form.addEventListener("submit", (event) => {
  const [open] = panels.values();
  const isWithout = event.submitter?.name === "without";
  const waits = !isWithout && (sending.size || keptPositions().length);
  if (!open && !waits && navigator.onLine) return;
  event.preventDefault();
  isHandingIn = !open;
  if (open) return open.focus();
  if (!waits) return stayed();
  pressed = handIn;
  if (navigator.onLine) show(text.saving, "is-waiting");
  keptPositions().forEach(send);
});
// Pressed, and not handed in.
function stayed() {
  isHandingIn = false;
  const [open] = panels.values();
  if (open) return open.focus();
  if (!navigator.onLine) show(text.offline, "is-failed");
  if (listNotSent()) notSent.focus();
}
function listNotSent() {
  const positions = keptPositions().filter((position) => !panels.has(position));
  const hadFocus = notSent.contains(document.activeElement);
  notSent.querySelector("ul").replaceChildren(
    ...positions.map((position) => {
      const link = document.createElement("a");
      Object.assign(link, { href: text.saveUrl.replace("/0/save", `/${position}/`), textContent: nameOf(position) });
      const row = document.createElement("li");
      row.append(link, failed.get(position) ? `: ${failed.get(position)}` : "");
      return row;
    }),
  );
  const without = notSent.querySelector("[name=without]");
  without.textContent = (positions.length === 1 ? without.dataset.one : without.dataset.many).replace("§", positions.length);
  notSent.hidden = !positions.length;
  handIn.hidden = !notSent.hidden;
  if (hadFocus && notSent.hidden) handIn.focus();
  return positions.length;
}

// ---- events
form.addEventListener("input", (event) => {
  const box = event.target.closest("[data-question]");
  if (box) changed(box);
});
form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-move]");
  if (!button) return;
  const item = button.closest("li");
  if (button.dataset.move < 0) item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  [...item.parentElement.children].forEach((row, index) => (row.querySelector("select").value = index + 1));
  button.focus();
  changed(item.closest("[data-question]"));
});
// A form that is sent saves by itself; without a network it stays. It waits for an answer on its
// way, or the two would meet as if they came from two windows.
form.addEventListener("submit", (event) => {
  if (navigator.onLine && !sending.size) return timers.forEach(clearTimeout);
  event.preventDefault();
  if (navigator.onLine) pressed = event.submitter;
  else show(text.failed, "is-failed");
});
addEventListener("offline", () => show(text.offline, "is-failed"));
addEventListener("online", () => {
  show(text.online, "");
  // What another tab of this question keeps is not on this page: it must not be taken for sent.
  keptPositions().filter((position) => !boxOf(position) || failed.has(position)).forEach(send);
});
// Back from signing in elsewhere; and sent by another tab, which this one then asks for its number.
const again = () => [...failed.keys()].forEach(send);
document.addEventListener("visibilitychange", () => document.hidden || again());
addEventListener("storage", (event) => {
  if (event.newValue === null && event.key?.startsWith(PREFIX)) again();
});
if (!navigator.onLine) show(text.offline, "is-failed");
for (const position of keptPositions()) {
  const box = boxOf(position);
  // With the number it was typed against: if another tab saved since, both are shown.
  const entries = kept(position) || [];
  if (box && openOf(entries) !== openOf(entriesOf(box))) elsewhere.add(position);
  else if (box) fill(box, entries);
  send(position);
}

// ---- the time, by the server's clock
const timer = document.getElementById("timer");
if (timer) {
  const ahead = Date.parse(text.now) - Date.now();
  let last = Infinity;
  const tick = () => {
    const left = Math.max(0, Math.floor((Date.parse(text.deadline) - Date.now() - ahead) / 1000));
    timer.lastElementChild.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")} ${timer.dataset.left}`;
    timer.classList.toggle("is-short", left <= 300);
    for (const limit of [10, 5, 1]) {
      const isNow = left <= limit * 60 && last > limit * 60 && last !== Infinity;
      if (isNow) document.getElementById("timer-voice").textContent = text[`minutes-${limit}`];
    }
    last = left;
    setTimeout(left ? tick : leave, left ? 1000 : 12000);
  };
  // Without a network there is nowhere to go, and what is being read stays.
  const leave = () => {
    if (!navigator.onLine) addEventListener("online", () => setTimeout(leave, 3000), { once: true });
    else if (!panels.size) location.assign(text.resultUrl);
  };
  tick();
}
