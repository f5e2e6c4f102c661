// o.js: lists, filters, creates, changes with the tag, deletes. Prints what it saw as JSON.
const { o } = require("o.js");

const { API_USER, API_KEY } = process.env;
const Authorization = "Basic " + Buffer.from(`${API_USER}:${API_KEY}`).toString("base64");
const connect = (headers = {}) =>
  o(process.argv[2], { headers: { "Content-Type": "application/json", Authorization, ...headers } });

(async () => {
  const made = await connect().post("contacts", { displayName: "Fjord Line", type: "Company", city: "Molde" }).query();
  const address = `contacts(${made.id})`;
  const listed = await connect().get("contacts").query({
    $filter: "city eq 'Molde' and startswith(displayName, 'Fjord')",
    $orderby: "displayName desc",
    $select: "displayName,city",
    $top: 5,
  });
  const count = await connect().get("contacts/$count").query({ $filter: "city eq 'Molde'" });
  const one = await connect().get(address).query();
  const tag = made["@odata.etag"];
  const changed = await connect({ "If-Match": tag }).patch(address, { city: "Oslo" }).query();
  const late = await connect({ "If-Match": tag }).patch(address, { city: "Narvik" }).query().catch((answer) => answer.status);
  const inside = o(process.argv[2], {
    headers: { "Content-Type": "application/json" },
    batch: {
      boundaryPrefix: "batch_",
      changsetBoundaryPrefix: "changset_",
      endpoint: "$batch",
      headers: new Headers({ "Content-Type": "multipart/mixed", Authorization }),
      useChangset: false,
      useRelativeURLs: false,
    },
  });
  const batch = await inside
    .get(address)
    .get("contacts?$top=1")
    .post("contacts", { displayName: "Batch o.js" })
    .batch();
  const removed = await connect().delete(address).query();
  const gone = await connect().get(address).query().catch((answer) => answer.status);
  console.log(JSON.stringify({ made, listed, count, one, changed, late, batch, removed: removed.status ?? removed, gone }));
})().catch(async (error) => {
  console.error(error, error.text ? await error.text() : "");
  process.exit(1);
});
