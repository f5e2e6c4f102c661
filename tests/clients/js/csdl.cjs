// odata-csdl, the OASIS committee's own reader, in its strict mode: prints the names of the entity types.
const fs = require("node:fs");
const csdl = require("odata-csdl");

const messages = [];
const found = csdl.xml2json(fs.readFileSync(process.argv[2]), { messages, strict: true });
const schema = found["Microsoft.NAV"];
const kinds = (kind) => Object.keys(schema).filter((name) => schema[name].$Kind === kind);
console.log(JSON.stringify({ messages, types: kinds("EntityType"), enums: kinds("EnumType"), sets: Object.keys(schema.NAV) }));
