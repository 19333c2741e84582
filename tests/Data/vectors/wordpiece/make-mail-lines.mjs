// Makes the lines of cases.jsonl.gz whose kind begins with "mail": pieces of the mails in models/mail/golden.jsonl (CC0), and what Hugging Face tokenizers makes
// of them (its Rust library 0.22.2, in an npm package). All other lines are kept; the library must give them again, or nothing is written. Deterministic.
//
//     npm install --prefix /tmp/reference @anush008/tokenizers@0.6.0
//     NODE_PATH=/tmp/reference/node_modules node tests/Data/vectors/wordpiece/make-mail-lines.mjs
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";

const { Tokenizer } = createRequire(import.meta.url)("@anush008/tokenizers");
const here = dirname(fileURLToPath(import.meta.url));
const special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"];
const vocab = Object.fromEntries(readFileSync(join(here, "vocab.txt"), "utf8").split("\n").slice(0, -1).map((token, id) => [token, id]));
const mails = linesOf(readFileSync(join(here, "../../../../models/mail/golden.jsonl"), "utf8")).map(line => line.text);
const kept = linesOf(gunzipSync(readFileSync(join(here, "cases.jsonl.gz"))).toString()).filter(line => !line.kind.startsWith("mail"));
const parsing = tokenizer(special), plain = tokenizer([]);

function linesOf(text) {
    return text.trimEnd().split("\n").map(line => JSON.parse(line));
}

/** BERT uncased; finds only the special tokens given. */
function tokenizer(literals) {
    return Tokenizer.fromString(JSON.stringify({
        version: "1.0",
        added_tokens: literals.map(content => ({ id: vocab[content], content, special: true, normalized: false, single_word: false, lstrip: false, rstrip: false })),
        normalizer: { type: "BertNormalizer", clean_text: true, handle_chinese_chars: true, strip_accents: true, lowercase: true },
        pre_tokenizer: { type: "BertPreTokenizer" },
        model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 100, vocab },
    }));
}

/** A line of the file: ids and offsets in code points and in UTF-16 units; again without special literals where that differs. */
async function caseOf(kind, text) {
    const places = [0]; // in UTF-16 units, by code point
    for (const c of text) places.push(places.at(-1) + c.length);
    const result = async (by, suffix) => {
        const encoding = await by.encode(text, null, { addSpecialTokens: false }), offsets = encoding.getOffsets();
        return { [`ids${suffix}`]: encoding.getIds(), [`offsets${suffix}`]: offsets, [`offsets${suffix}_utf16`]: offsets.map(pair => pair.map(at => places[at])) };
    };
    const parsed = await result(parsing, ""), apart = await result(plain, "_plain");
    const differs = JSON.stringify([parsed.ids, parsed.offsets]) !== JSON.stringify([apart.ids_plain, apart.offsets_plain]);
    return { kind, text, ...parsed, ids_max16: [vocab["[CLS]"], ...parsed.ids.slice(0, 14), vocab["[SEP]"]], ...(differs ? apart : {}) };
}

let state = 20261127;
/** A whole number below `bound`; xorshift, so that every run makes the same file. */
function below(bound) {
    state ^= state << 13, state ^= state >>> 17, state ^= state << 5;
    return (state >>> 0) % bound;
}
const oneOf = list => list[below(list.length)];

/** Some words of a mail in a row, with the white space between them. */
function piece(fewest, most) {
    const words = oneOf(mails).match(/\S+\s*/gu) ?? [""], count = fewest + below(most - fewest + 1);
    return words.slice(below(Math.max(1, words.length - count))).slice(0, count).join("");
}

const odd = ["\u0301", "\u0308", "\u0307", "\u0345", "\u20dd", "\u00a0", "\u3000", "\t", "\n", "\r", "\ufeff", "\u200b", "\u200d", "\u202e", "\u00ad", "\0", "\x7f", "\ufffd", "\ufe0f", "\ufdfd",
    "\u65e5", "\ud55c", "\u1112\u1161\u11ab", "\u1d16", "\u2019", "\u2014", "\u00e9", "\u00c9", "\u00df", "\u0130", "\u0399", "\u03a3", "\u{1f600}", "\u{1f3fd}", "\u{2b820}", "SS", "[SEP]", "[sep]"];
const cases = [text => text, text => text.toUpperCase(), text => text.toLowerCase(), text => text.replace(/\b./gu, c => c.toUpperCase())];

/** A text in another case, with 1 to 6 odd characters put in. */
function mutated(text) {
    const characters = [...oneOf(cases)(text)];
    for (let i = 0, count = 1 + below(6); i < count; i++) characters.splice(below(characters.length + 1), 0, oneOf(odd));
    return characters.join("");
}

const made = [];
for (let i = 0; i < 660; i++) made.push(await caseOf("mail", i % 50 === 49 ? piece(100, 160) : i % 2 ? piece(20, 65) : piece(1, 30)));
for (let i = 0; i < 110; i++) made.push(await caseOf("mail_mutated", mutated(piece(1, 20))));
made.push(await caseOf("mail_long", [...Array.from({ length: 200 }, () => piece(40, 60)).join("\r ")].slice(0, 20000).join("")));

const wrong = [];
for (const line of kept) {
    const again = await caseOf(line.kind, line.text);
    const keys = Object.keys(line).filter(key => key !== "unicode_tables");
    if (keys.some(key => JSON.stringify(line[key]) !== JSON.stringify(again[key] ?? again[key.replace("_plain", "")]))) wrong.push(line);
}
console.log(`${kept.length - wrong.length} of ${kept.length} kept lines made again, ${made.length} lines of mails made`);
if (wrong.length > 0) throw new Error(`differs: ${wrong.map(line => JSON.stringify(line.text).slice(0, 80)).join("\n")}`);
const ascii = line => JSON.stringify(line).replace(/[^\x20-\x7e]/g, c => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
writeFileSync(join(here, "cases.jsonl.gz"), gzipSync([...kept, ...made].map(line => ascii(line) + "\n").join(""), { level: 9 }));
