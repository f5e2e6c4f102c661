/** Markup that comes from elsewhere, reduced to what mails and notes of ours may hold; the server does the same again. */

const SAME = { B: "b", STRONG: "b", I: "i", EM: "i", U: "u", S: "s", STRIKE: "s", DEL: "s", CODE: "code" };
const BLOCKS = { P: "p", DIV: "p", LI: "li", UL: "ul", OL: "ol", BLOCKQUOTE: "blockquote", PRE: "p", TR: "p", ARTICLE: "p", SECTION: "p", HEADER: "p", FOOTER: "p", DT: "p", DD: "p", ADDRESS: "p" };
const HEADS = { H1: "h3", H2: "h3", H3: "h3", H4: "h4", H5: "h4", H6: "h4" };
const UNSEEN = new Set(["SCRIPT", "STYLE", "TITLE", "META", "LINK", "HEAD", "IFRAME", "OBJECT", "TEMPLATE", "NOSCRIPT", "SVG"]);
const ADDRESS = /^(https?:|mailto:|tel:)/i;

/** An address that may be linked to; "" for any other. What looks like a bare host or mailbox is completed. */
export function address(text) {
  const typed = text.trim();
  if (ADDRESS.test(typed)) return typed;
  if (/^[^\s@/]+@[^\s@/]+\.[^\s@/]+$/.test(typed)) return `mailto:${typed}`;
  return /^[\w-]+(\.[\w-]+)+([/?#]\S*)?$/.test(typed) ? `https://${typed}` : "";
}

/** `html` with nothing in it but paragraphs, lists, links and emphasis. Nothing of it is run or fetched. */
export function clean(html) {
  // The page's policy lets no style and no handler through; told apart beforehand, they are no breach of it.
  const harmless = html.replace(/<[^>]*>/g, (tag) => tag.replace(/\s(style|on[a-z]+)\s*=/gi, " data-$1="));
  const parsed = new DOMParser().parseFromString(harmless, "text/html");
  const body = document.createElement("div");
  body.append(...children(parsed.body));
  return tidy(body).innerHTML;
}

function children(node) {
  return [...node.childNodes].flatMap(cleaned);
}

function cleaned(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.data ? [document.createTextNode(node.data.replace(/[\u00a0\r\n\t]+/g, " "))] : [];
  if (node.nodeType !== Node.ELEMENT_NODE || UNSEEN.has(node.tagName.toUpperCase())) return [];
  if (node.tagName === "BR") return [document.createElement("br")];
  const name = BLOCKS[node.tagName] ?? HEADS[node.tagName] ?? SAME[node.tagName] ?? looks(node);
  const inner = children(node);
  if (node.tagName === "A") return [linked(node, inner)].flat();
  if (!name) return inner;
  // A paragraph around paragraphs or lists is none.
  const holds = inner.some((child) => child.nodeType === Node.ELEMENT_NODE && /^(P|UL|OL|H3|H4|BLOCKQUOTE)$/.test(child.tagName));
  if ((name === "p" && holds) || (!inner.length && name !== "li")) return inner;
  const made = document.createElement(name);
  made.append(...inner);
  return [made];
}

/** Word processors say bold and italic with styles. */
function looks(node) {
  const style = node.dataset?.style ?? "";
  if (/font-weight:\s*(bold|[6-9]00)/i.test(style)) return "b";
  return /font-style:\s*italic/i.test(style) ? "i" : "";
}

function linked(node, inner) {
  const target = ADDRESS.test(node.getAttribute("href") ?? "") ? node.getAttribute("href") : "";
  if (!target) return inner;
  const link = document.createElement("a");
  link.setAttribute("href", target);
  link.append(...inner);
  return link;
}

/** Loose text between paragraphs becomes one of its own, blanks between paragraphs go. */
function tidy(body) {
  const blocks = [...body.children].some((child) => /^(P|UL|OL|H3|H4|BLOCKQUOTE)$/.test(child.tagName));
  if (!blocks) return body;
  let loose = null;
  for (const child of [...body.childNodes]) {
    const block = child.nodeType === Node.ELEMENT_NODE && /^(P|UL|OL|H3|H4|BLOCKQUOTE)$/.test(child.tagName);
    if (block) {
      loose = null;
    } else if (!loose && !child.textContent.trim()) {
      child.remove();
    } else {
      if (!loose) {
        loose = document.createElement("p");
        child.before(loose);
      }
      loose.append(child);
    }
  }
  return body;
}

/** Plain text as paragraphs: a blank line parts them. */
export function paragraphs(text) {
  const escape = (part) => Object.assign(document.createElement("i"), { textContent: part }).innerHTML;
  const parts = text.replace(/\r\n?/g, "\n").split(/\n{2,}/);
  return parts.map((part) => `<p>${escape(part).replace(/\n/g, "<br>") || "<br>"}</p>`).join("");
}

/** What is typed holds markup, as the server tells it. */
export function isRich(text) {
  return /<[a-zA-Z/!?]/.test(text);
}
