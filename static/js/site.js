// Small comforts of every page. Without this file all pages can be read, answered and left.

const root = document.documentElement;

// ---------------------------------------------------------------- theme
function showTheme(choice) {
  for (const button of document.querySelectorAll("[data-theme-choice]")) {
    button.setAttribute("aria-pressed", String(button.dataset.themeChoice === choice));
  }
}

function chooseTheme(choice) {
  if (choice === "auto") {
    delete root.dataset.theme;
    delete root.dataset.bsTheme;
  } else {
    root.dataset.theme = choice;
    root.dataset.bsTheme = choice;
  }
  try {
    if (choice === "auto") localStorage.removeItem("theme");
    else localStorage.setItem("theme", choice);
  } catch {
    // Storage is off: the choice holds for this page.
  }
  showTheme(choice);
}

showTheme(root.dataset.theme || "auto");

// ---------------------------------------------------------------- menus and terms
function closeMenus(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) menu.open = false;
  }
}

function dismissTerm(event) {
  const open = event.target.closest?.(".term") || document.querySelector(".term:hover");
  open?.classList.add("is-dismissed");
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  dismissTerm(event);
  const menu = document.querySelector("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
});

for (const name of ["pointerover", "focusin"]) {
  document.addEventListener(name, (event) => {
    const term = event.target.closest?.(".term");
    if (!term) return;
    const tip = term.querySelector(".term-tip");
    const room = document.documentElement.clientWidth - term.getBoundingClientRect().left;
    term.classList.toggle("tip-end", Boolean(tip) && room < tip.offsetWidth + 16);
    if (!term.contains(event.relatedTarget)) term.classList.remove("is-dismissed");
  });
}

document.addEventListener("focusout", (event) => {
  const menu = event.target.closest?.("details.menu");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

// ---------------------------------------------------------------- copying
async function copyFrom(button) {
  const source = document.getElementById(button.dataset.copy);
  const text = source ? (source.value ?? source.textContent).trim() : "";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return; // the text stands on the page; it can be selected by hand
  }
  const status = button.querySelector("[data-copied]") || button;
  const before = status.textContent;
  status.textContent = button.dataset.copiedWord || before;
  setTimeout(() => (status.textContent = before), 2500);
}

document.addEventListener("click", (event) => {
  closeMenus(event.target.closest?.("details.menu"));
  const target = event.target.closest?.("[data-theme-choice], [data-copy], [data-print]");
  if (!target) return;
  if (target.dataset.themeChoice) chooseTheme(target.dataset.themeChoice);
  else if (target.dataset.copy) copyFrom(target);
  else window.print();
});

// ---------------------------------------------------------------- "are you sure"
// A form with data-confirm asks first: its text, and the word of the button that was pressed.
const dialog = document.getElementById("confirm-dialog");

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  const question = button?.dataset.confirm || form.dataset.confirm;
  if (!question || form.dataset.confirmed || !dialog?.showModal) return;
  event.preventDefault();
  dialog.querySelector("[data-confirm-text]").textContent = question;
  dialog.querySelector("[data-confirm-yes]").textContent = button?.textContent.trim() || "";
  dialog.returnValue = "";
  dialog.showModal();
  dialog.onclose = () => {
    if (dialog.returnValue !== "yes") return;
    form.dataset.confirmed = "yes";
    form.requestSubmit(button || undefined);
    delete form.dataset.confirmed;
  };
});

// ---------------------------------------------------------------- work in progress
// A part of the page that waits for a worker looks again by itself; the whole page when it is done.
function lookAgain(region) {
  setTimeout(async () => {
    try {
      const answer = await fetch(location.href);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const fresh = page.getElementById(region.id);
      if (!answer.ok || !fresh) return location.reload();
      if (!region.contains(document.activeElement)) region.replaceChildren(...fresh.childNodes);
    } catch {
      // No network for the moment: the next look may be luckier.
    }
    lookAgain(region);
  }, 3000);
}
for (const region of document.querySelectorAll("[data-look-again]")) lookAgain(region);

// ---------------------------------------------------------------- error summary takes the focus
document.querySelector(".error-summary")?.focus();

// ---------------------------------------------------------------- lesson outline: open where it is a column
const outline = document.querySelector("details.lesson-outline");
const wide = matchMedia("(min-width: 62em)");
if (outline) {
  const follow = () => (outline.open = wide.matches);
  follow();
  wide.addEventListener("change", follow);
  outline.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || wide.matches) return;
    outline.open = false;
    outline.querySelector("summary").focus();
  });
}

// ---------------------------------------------------------------- margin notes
// The first citation of each source gets a short note beside it. It repeats the list at the end,
// so it is hidden from screen readers and holds nothing that takes the focus.
const margin = document.querySelector("[data-margin-notes]");
const text = document.querySelector(".lesson-text");
const notes = [];

function collectNotes() {
  const seen = new Set();
  for (const link of text.querySelectorAll(".cite a[href^='#n-']")) {
    const source = document.getElementById(link.hash.slice(1));
    if (!source || seen.has(source.id)) continue;
    seen.add(source.id);
    const note = document.createElement("div");
    note.className = "margin-note";
    const number = document.createElement("b");
    number.textContent = `${link.textContent.trim()} `;
    const title = source.querySelector(".source-title")?.textContent || "";
    const origin = source.querySelector(".source-origin")?.textContent || "";
    note.append(number, origin ? `${title}. ${origin}` : title);
    margin.append(note);
    notes.push([link, note]);
  }
}

function placeNotes() {
  if (!margin.offsetParent) return;
  const top = margin.getBoundingClientRect().top;
  let free = 0;
  const places = notes.map(([link, note]) => {
    const place = Math.max(free, link.getBoundingClientRect().top - top - 4);
    free = place + note.offsetHeight + 14;
    return place;
  });
  notes.forEach(([, note], index) => (note.style.top = `${places[index]}px`));
}

if (margin && text) {
  collectNotes();
  placeNotes();
  new ResizeObserver(placeNotes).observe(text);
}

// ---------------------------------------------------------------- wide tables can be scrolled by keyboard
const tables = [...document.querySelectorAll(".lesson-text table")];
if (tables.length) {
  new ResizeObserver(() => {
    for (const table of tables) {
      if (table.scrollWidth > table.clientWidth + 1) table.tabIndex = 0;
      else table.removeAttribute("tabindex");
    }
  }).observe(document.body);
}
