// Explanations laid out: paragraphs, lists, tables and code, in the few marks of Markdown that they use.

/** Lays out a text. Each kind of block takes its lines off the front, a paragraph whatever nobody else takes. */
function prose(source) {
  const made = element("div", { class: "prose" });
  const lines = source.split("\n");
  while (lines.length > 0) {
    if (lines[0].trim() === "") lines.shift();
    else made.append(codeBlock(lines) ?? listBlock(lines) ?? tableBlock(lines) ?? paragraph(lines));
  }
  return made;
}

const isFence = (line) => line.startsWith("```");
const isRow = (line) => line.startsWith("|");
/** Returns the mark that begins an item of a list. */
const itemMark = (line) => /^(- |\d+\. )/.exec(line)?.[0];

/** Takes lines off the front as long as they are wanted. */
function takeWhile(lines, isWanted) {
  const end = lines.findIndex((line, at) => !isWanted(line, at));
  return lines.splice(0, end < 0 ? lines.length : end);
}

function codeBlock(lines) {
  if (!isFence(lines[0])) return null;
  const [, ...code] = takeWhile(lines, (line, at) => at === 0 || !isFence(line));
  lines.shift();
  return element("pre", { tabindex: "0" }, element("code", { translate: "no" }, code.join("\n")));
}

function listBlock(lines) {
  if (!itemMark(lines[0])) return null;
  const name = lines[0].startsWith("- ") ? "ul" : "ol";
  const items = [];
  for (const line of takeWhile(lines, (line) => itemMark(line) || line.startsWith("  "))) {
    const found = itemMark(line);
    if (found) items.push([line.slice(found.length)]);
    else items.at(-1).push(line.trim());
  }
  return element(name, {}, ...items.map((item) => element("li", {}, ...inline(joined(item)))));
}

function tableBlock(lines) {
  if (!isRow(lines[0])) return null;
  const cells = (line) => line.split("|").slice(1, -1).map((cell) => inline(cell.trim()));
  const [heads, , ...rows] = takeWhile(lines, isRow).map(cells);
  const row = (name, each) => element("tr", {}, ...each.map((cell) => element(name, {}, ...cell)));
  const body = rows.map((each) => row("td", each));
  return element("table", {}, element("thead", {}, row("th", heads)), element("tbody", {}, ...body));
}

function paragraph(lines) {
  const isMine = (line, at) => at === 0 || !(line.trim() === "" || isFence(line) || itemMark(line) || isRow(line));
  return element("p", {}, ...inline(joined(takeWhile(lines, isMine))));
}

/** Joins lines; after Chinese there is no blank. */
function joined(lines) {
  const isChinese = /[\u3000-\u9fff\uff00-\uffef]$/;
  return lines.reduce((before, line) => before + (isChinese.test(before) ? "" : " ") + line);
}

/** Splits a line at its backquotes: every other piece is code. */
function inline(line) {
  const pieces = line.split("`");
  return pieces.map((piece, at) => (at % 2 === 1 ? element("code", { translate: "no" }, piece) : piece));
}
