// @odata/client: lists, filters, creates, changes with the tag, deletes. Prints what it saw as JSON.
const { OData } = require("@odata/client");

const { API_USER: username, API_KEY: password } = process.env;
const serviceEndpoint = process.argv[2];
const connect = (commonHeaders = {}) =>
  OData.New4({ serviceEndpoint, credential: { username, password }, commonHeaders });

async function change(id, tag, entity) {
  const answer = await connect({ "If-Match": tag }).newRequest({ collection: "contacts", method: "PATCH", id, entity });
  return answer.error ? { error: answer.error.code } : { city: answer.city, tag: answer["@odata.etag"] };
}

(async () => {
  const client = connect();
  const contacts = client.getEntitySet("contacts");
  const made = await contacts.create({ displayName: "Brien og Søn ÅS", type: "Company", city: "Å i Lofoten" });
  const found = await contacts.find({ displayName: "Brien og Søn ÅS", city: "Å i Lofoten" });
  const filter = client.newFilter().property("city").eq("Å i Lofoten").property("type").eq("Company");
  const listed = await contacts.query(client.newParam().filter(filter).orderby("displayName").top(5).select("displayName"));
  const changed = await change(made.id, made["@odata.etag"], { city: "Oslo" });
  const late = await change(made.id, made["@odata.etag"], { city: "Narvik" });
  const parts = () => [
    client.newBatchRequest({ collection: "contacts", method: "GET", id: made.id }),
    client.newBatchRequest({ collection: "contacts", method: "POST", entity: { displayName: "Batch AS" } }),
  ];
  const told = (answers) =>
    Promise.all(answers.map(async (part) => [part.status, (await part.json()).displayName]));
  const batch = await told(await client.execBatchRequestsJson(parts()));
  const multipart = await told(await client.execBatchRequests(parts()));
  await contacts.delete(made.id);
  const gone = await contacts.retrieve(made.id).then(() => "still there", (error) => error.message);
  const count = await contacts.count();
  console.log(JSON.stringify({ made, found, listed, changed, late, batch, multipart, gone, count }));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
