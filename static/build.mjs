// Builds everything a browser gets that is not served as it is written: the style sheet, the fonts
// and the icons. Needs Node 18 or newer and the packages of package.json; never the network.
//
//   build/static/css/courseware.css   one file for the product
//   build/static/css/admin.css        our colours for Django's admin
//   build/static/fonts/*.woff2        Source Sans 3, by script
//   build/icons.json                  paths of the icons of static/icons.txt, read by core/ui.py
//
// Icons are drawn inline: with `default-src 'none'` some browsers refuse <use> from another file.

import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as sass from "sass";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const modules = path.join(root, "node_modules");
const out = path.join(root, "build", "static");
const FONT = "source-sans-3";
const SCRIPTS = ["latin", "latin-ext", "greek", "cyrillic", "cyrillic-ext", "vietnamese"];
const SLOPES = ["normal", "italic"];

async function readIcons() {
  const list = await readFile(path.join(root, "static", "icons.txt"), "utf8");
  const names = list.split("\n").map((line) => line.trim()).filter((line) => line && !line.startsWith("#"));
  const icons = {};
  for (const name of names.sort()) {
    const file = path.join(modules, "bootstrap-icons", "icons", `${name}.svg`);
    const svg = await readFile(file, "utf8").catch(() => {
      throw new Error(`static/icons.txt: bootstrap-icons has no icon called "${name}".`);
    });
    icons[name] = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "").trim();
  }
  return icons;
}

// icon-url("lock") in SCSS: the icon as a data: image, for masks.
function sassFunctions(icons) {
  return {
    "icon-url($name)": ([argument]) => {
      const name = argument.assertString("name").text;
      if (!(name in icons)) throw new Error(`icon-url("${name}"): add the name to static/icons.txt.`);
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">${icons[name]}</svg>`;
      const text = svg.replace(/"/g, "'").replace(/[%#<>]/g, (mark) => encodeURIComponent(mark));
      return new sass.SassString(`url("data:image/svg+xml,${text}")`, { quotes: false });
    },
  };
}

async function buildStyles(icons) {
  await mkdir(path.join(out, "css"), { recursive: true });
  for (const name of ["courseware", "admin"]) {
    const result = sass.compile(path.join(root, "static", "css", `${name}.scss`), {
      loadPaths: [modules],
      style: "compressed",
      charset: false,
      functions: sassFunctions(icons),
      // Bootstrap 5.3 is written for an older Sass; its warnings are not ours to mend.
      quietDeps: true,
      silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
    });
    await writeFile(path.join(out, "css", `${name}.css`), result.css);
  }
}

async function copyFonts() {
  await rm(path.join(out, "fonts"), { recursive: true, force: true });
  await mkdir(path.join(out, "fonts"), { recursive: true });
  for (const script of SCRIPTS) {
    for (const slope of SLOPES) {
      const name = `${FONT}-${script}-wght-${slope}.woff2`;
      await copyFile(
        path.join(modules, "@fontsource-variable", FONT, "files", name),
        path.join(out, "fonts", name),
      );
    }
  }
}

const started = Date.now();
const icons = await readIcons();
await mkdir(out, { recursive: true });
await Promise.all([
  buildStyles(icons),
  copyFonts(),
  writeFile(path.join(root, "build", "icons.json"), JSON.stringify(icons)),
]);
console.log(`Assets built in ${Date.now() - started} ms.`);
