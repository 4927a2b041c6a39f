// A test that loses no answer: saves, keeps what could not be sent, tells the time.
// Without this file every page of a test works through its buttons.

const form = document.getElementById("attempt-form");
const text = form.dataset;
const status = document.getElementById("saved");
const PREFIX = `attempt:${text.attempt}:`;
const PAGE = Math.random().toString(36).slice(2);
const DAY = 864e5;
const AT_LEAST = 8 * DAY;
// As long as the test may be handed in, by the server's clock, and a day to read what came too late.
const KEPT_FOR = Math.max(AT_LEAST, Date.parse(text.closes) - Date.parse(text.now) + DAY);
const PATIENCE = 15000; // a connection that hangs is none
const timers = new Map();
const sending = new Set();
const unsent = new Set(); // where this page shows what is not stored yet
const taken = new Map(); // what another page kept and this one shows and sends, by position
const panels = new Map(); // what the person has to decide or to read, by position
const failed = new Map(); // what did not arrive, by position, with the reason where the server gave one
let pause = 2000;
let isBehind = false; // the summary shows what was stored before
let pressed = null; // a button that waits for the answers on their way

// ---- kept in the browser; with storage off, the page still holds the answer
function quietly(action) {
  try {
    return action();
  } catch {
    return null;
  }
}
// Every page keeps its own, so that two of them on one question do not write over each other.
const urlOf = (position) => text.saveUrl.replace("/0/", `/${position}/`);
const ownKey = (position) => `${PREFIX}${position}:${PAGE}`;
function keep(position, entries) {
  const at = Date.now();
  const row = { entries, at, until: at + KEPT_FOR, by: text.person, url: urlOf(position) };
  return quietly(() => localStorage.setItem(ownKey(position), JSON.stringify(row)) ?? true);
}
// As it was read: what its page has changed since stays.
const forget = (row) => quietly(() => localStorage.getItem(row.key) === row.raw && localStorage.removeItem(row.key));
function readKept(key) {
  const raw = localStorage.getItem(key);
  const row = quietly(() => JSON.parse(raw));
  if (Date.now() < (row?.until ?? row?.at + AT_LEAST)) return { ...row, key, raw, position: key.split(":")[2] };
  localStorage.removeItem(key);
  return null;
}
const keptRows = () =>
  quietly(() => {
    const rows = Object.keys(localStorage).filter((key) => key.startsWith("attempt:")).map(readKept);
    return rows.filter((row) => row?.key.startsWith(PREFIX)).sort((one, other) => one.at - other.at);
  }) || [];
const keptPositions = () => [...new Set(keptRows().map((row) => row.position))];

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
  box.querySelectorAll("[data-ordering]").forEach(putInOrder);
}
// The steps stand by their numbers; those without one stay behind the others.
function putInOrder(list) {
  const number = (item) => Number(item.querySelector("select").value) || Infinity;
  const steps = [...list.children].map((item) => [number(item), item]);
  list.append(...steps.sort(([one], [other]) => (one === other ? 0 : one - other)).map(([, item]) => item));
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
  const position = box.dataset.question;
  unsent.add(position);
  if (keep(position, entriesOf(box)) && taken.has(position)) forget(taken.get(position));
  show(text.saving, "is-waiting");
  schedule(position, 400);
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
  return fetch(urlOf(position), {
    method: "POST",
    body,
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(PATIENCE),
  });
}
async function summary() {
  const response = await fetch(text.saveUrl.replace("/0/save", "/summary/"), { signal: AbortSignal.timeout(PATIENCE) });
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
// After signing in again in another tab this page's token is old; another page of the attempt, if
// it is still this person's, has the new one.
async function hasNewToken() {
  const page = await summary();
  if (page.getElementById("attempt-form")?.dataset.attempt !== text.attempt) return false;
  for (const input of tokens(document)) input.value = tokens(page)[0].value;
  return true;
}
async function send(position) {
  if (sending.has(position)) return schedule(position, 300);
  const box = boxOf(position);
  const row = box && unsent.has(position) ? undefined : keptRows().find((one) => one.position === position);
  if (!row && !unsent.has(position)) return gone(position);
  // An answer to a part of a case that the page does not ask goes as it was kept.
  const isHere = box && (!row || openOf(row.entries) === openOf(entriesOf(box)));
  if (row && isHere) take(position, box, row);
  const entries = isHere ? entriesOf(box) : row.entries;
  sending.add(position);
  try {
    let response = await post(position, entries);
    if (response.status === 403 && (await hasNewToken())) response = await post(position, entries);
    if (response.redirected || response.status === 403) signIn(position);
    else if ([429, 503].includes(response.status)) later(position, (response.headers.get("Retry-After") || 5) * 1000);
    else if (!/json/.test(response.headers.get("Content-Type"))) later(position, 30000);
    else settle(position, box, { entries, row, isHere }, response.status, await response.json());
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
// Nothing was given here since the last save: what another page kept is shown, with the number it
// was typed against. If there is a newer answer by now, the server says so and both are shown.
function take(position, box, row) {
  fill(box, row.entries);
  unsent.add(position);
  taken.set(position, row);
}
// Stored, or settled by its person: only this, and not what yet another page kept.
function letGo(position, { row = taken.get(position), isHere }) {
  if (isHere) {
    quietly(() => localStorage.removeItem(ownKey(position)));
    unsent.delete(position);
    taken.delete(position);
  }
  if (row) forget(row);
  if (keptRows().some((one) => one.position === position && one.key !== row?.key)) schedule(position, 0);
}
// Another tab has sent it, or its person has settled it there.
function gone(position) {
  if (failed.delete(position) && !failed.size) show(text.nothingLeft, "");
  if (notSent && !notSent.hidden) listNotSent();
}
function afterSending() {
  const button = pressed;
  pressed = null;
  if (button) return button.form.requestSubmit(button);
  if (isHandingIn) stayed();
  if (isBehind) catchUp();
}
// What the summary says of each question, in the server's words.
async function catchUp() {
  isBehind = false;
  if (!handIn) return;
  try {
    const fresh = (await summary()).querySelectorAll("[data-standing]");
    const focused = document.activeElement.closest("[data-standing] a")?.getAttribute("href");
    document.querySelectorAll("[data-standing]").forEach((part, index) => part.replaceChildren(...fresh[index].childNodes));
    if (focused) document.querySelector(`[data-standing] [href="${focused}"]`)?.focus();
  } catch {
    isBehind = true;
    setTimeout(() => isBehind && catchUp(), pause);
    pause = Math.min(pause * 2, 60000);
  }
}
function settle(position, box, sent, code, answer) {
  const { entries, isHere } = sent;
  pause = 2000;
  failed.delete(position);
  if (code === 410) return refuse(position, sent, answer);
  // What the person did to the flag has been done; what another tab did to it is not shown here.
  if (isHere) seenOf(box).value = entries.some(([own]) => own === `${box.dataset.name}-flag`) ? "on" : "";
  if (code === 409) return choose(position, box, sent, answer);
  settled(position);
  if (box) {
    sequenceOf(box).value = answer.sequence;
    const place = document.getElementById(`${box.dataset.name}-problem`);
    place.textContent = answer.problem;
    place.hidden = !answer.problem;
  }
  mark(answer);
  isBehind = true;
  if (code !== 200) {
    pressed = null;
    failed.set(position, answer.problem);
    return show(text.failed, "is-failed");
  }
  // Changed while this was on its way: that is sent next.
  if (isHere && given(entriesOf(box)) !== given(entries)) {
    keep(position, entriesOf(box));
    return schedule(position, 0);
  }
  letGo(position, sent);
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
  const buttons = Object.assign(document.createElement("div"), { className: "actions" });
  for (const [words, act] of choices) {
    const isLink = typeof act === "string";
    const choice = document.createElement(isLink ? "a" : "button");
    Object.assign(choice, { className: "btn btn-sm", textContent: words }, isLink ? { href: act } : { type: "button", onclick: act });
    buttons.append(choice);
  }
  panel.append(buttons);
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

function choose(position, box, sent, both) {
  if (!box) {
    // Both are shown where the question is.
    const url = text.saveUrl.replace("/0/save", `/${position}/`);
    return ask(position, [`${nameOf(position)}: ${text.conflict}`], [[text.seeBoth, url]]);
  }
  const useYours = async () => {
    settled(position);
    sequenceOf(box).value = both.sequence;
    if (sent.isHere) return changed(box);
    renumber(sent.row, both.sequence);
    await send(position);
    if (!failed.has(position) && !panels.has(position)) location.reload(); // with what counts now
  };
  const keepStored = () => {
    letGo(position, sent);
    if (sent.isHere) return location.reload();
    settled(position);
    show("", "");
  };
  const stored = `${text.conflictStored}: ${both.stored.join("; ") || text.nothing}`;
  const yours = `${text.conflictYours}: ${both.yours.join("; ") || text.nothing}`;
  if (both.final) return ask(position, [text.conflictFinal, stored, yours], [[text.understood, keepStored]]);
  ask(position, [text.conflict, stored, yours], [[text.useYours, useYours], [text.keepStored, keepStored]]);
}
// Of a part that the page does not ask: against the number that its person has seen by now.
function renumber({ key, at, until, by, url, entries }, sequence) {
  const anew = entries.map(([name, value]) => [name, /-sequence$/.test(name) ? sequence : value]);
  quietly(() => localStorage.setItem(key, JSON.stringify({ entries: anew, at, until, by, url })));
}
// What came too late is kept until somebody has read what does not count.
function refuse(position, sent, answer) {
  const goOn = () => {
    letGo(position, sent);
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
  putInOrder(item.parentElement); // chosen by number before
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
  keptPositions().forEach(send);
});
// Back from signing in elsewhere; and sent by another tab, which this one then asks for its number.
const again = () => [...failed.keys()].forEach(send);
document.addEventListener("visibilitychange", () => document.hidden || again());
addEventListener("storage", (event) => {
  if (event.key === "signed-out") location.reload();
  if (event.newValue === null && event.key?.startsWith(PREFIX)) again();
});
if (!navigator.onLine) show(text.offline, "is-failed");
document.querySelectorAll("[data-ordering]").forEach(putInOrder);
keptPositions().forEach(send);

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
