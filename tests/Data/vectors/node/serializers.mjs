// Confluent's serializers for Node, as a program of somebody else has them: they write documents for the worker, and read its labels.
//
//     npm install --prefix /tmp/node-serializers --ignore-scripts --no-audit --no-fund @confluentinc/schemaregistry@1.10.1
//     NODE_PATH=/tmp/node-serializers/node_modules node tests/Data/vectors/node/serializers.mjs golden
//
//     write REGISTRY TOPIC   registers the two schemas for the topic and prints one document a line, in each format and with its schema
//                            named in each way: {"format","named","schema","id","guid","value":hex,"headers":{name:hex}}
//     read REGISTRY TOPIC    reads labels from its input, one a line, {"avro":hex} or {"json":text}, and prints what it read of each
//     golden                 writes documents.jsonl anew, the registry being one inside the package (its GUIDs are other ones each time),
//                            and in labels.jsonl what it reads of the labels that stand there
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const {
    AvroDeserializer, AvroSerializer, HeaderSchemaIdSerializer, JsonSerializer, PrefixSchemaIdSerializer, SchemaRegistryClient, SerdeType,
} = require("@confluentinc/schemaregistry");
const Ajv = require("ajv/dist/2020").default;

const here = dirname(fileURLToPath(import.meta.url)), schemas = join(here, "../../../../src/Schemas");
const prediction = JSON.parse(readFileSync(join(schemas, "prediction.avsc"), "utf8"));

// A record as a stranger's program has it: other fields than the worker reads, logical types, defaults, a text that may be null.
const ticketInAvro = {
    type: "record", name: "Ticket", namespace: "shop.tickets", fields: [
        { name: "number", type: "long" },
        { name: "opened", type: { type: "long", logicalType: "timestamp-millis" } },
        { name: "price", type: { type: "bytes", logicalType: "decimal", precision: 9, scale: 2 } },
        { name: "state", type: { type: "enum", name: "State", symbols: ["OPEN", "DONE"], default: "OPEN" } },
        { name: "tags", type: { type: "array", items: "string" }, default: [] },
        {
            name: "mail", default: null, type: ["null", {
                type: "record", name: "Mail", fields: [
                    { name: "subject", type: ["null", "string"], default: null }, { name: "body", type: "string" }],
            }],
        }],
};
const ticketInJson = {
    $schema: "http://json-schema.org/draft-07/schema#", title: "Ticket", type: "object", required: ["number", "mail"], properties: {
        number: { type: "integer" }, price: { type: "string" }, state: { enum: ["OPEN", "DONE"] },
        tags: { type: "array", items: { type: "string" } },
        mail: { type: "object", properties: { subject: { type: ["string", "null"] }, body: { type: "string" } } },
    },
};
const ticket = {
    number: 4711, opened: 1767323045000, price: Buffer.from([0x04, 0xFB]), state: "DONE", tags: ["a", "b"],
    mail: { subject: null, body: "good film" },
};
const kinds = [
    { format: "avro", schemaType: "AVRO", schema: ticketInAvro, Serializer: AvroSerializer, message: ticket },
    { format: "json", schemaType: "JSON", schema: ticketInJson, Serializer: JsonSerializer, message: { ...ticket, price: "12.75" } },
];

async function documents(client, topic) {
    const lines = [];
    for (const { format, schemaType, schema, Serializer, message } of kinds) {
        const text = JSON.stringify(schema), subjectTopic = `${topic}-${format}`;
        const registered = await client.registerFullResponse(`${subjectTopic}-value`, { schemaType, schema: text });
        for (const [named, schemaIdSerializer] of [["prefix", PrefixSchemaIdSerializer], ["header", HeaderSchemaIdSerializer]]) {
            const serializer = new Serializer(client, SerdeType.VALUE, { useSchemaId: registered.id, validate: true, schemaIdSerializer });
            const headers = {}, value = await serializer.serialize(subjectTopic, message, headers);
            lines.push({
                format, named, schema: text, id: registered.id, guid: registered.guid, value: value.toString("hex"),
                headers: Object.fromEntries(Object.entries(headers).map(([name, bytes]) => [name, bytes.toString("hex")])),
            });
        }
    }
    return lines;
}

/** What Node reads of one label: of Avro by the schema that the registry has under its id, of JSON as JSON, valid by the schema of labels. */
async function read(client, topic, line) {
    if (line.avro !== undefined)
        return await new AvroDeserializer(client, SerdeType.VALUE, {}).deserialize(topic, Buffer.from(line.avro, "hex"));
    const validate = new Ajv({ strict: false }).compile(JSON.parse(readFileSync(join(schemas, "prediction.schema.json"), "utf8")));
    const label = JSON.parse(line.json);
    if (!validate(label)) throw new Error(JSON.stringify(validate.errors));
    return label;
}

const linesOf = text => text.split("\n").filter(line => line !== "").map(line => JSON.parse(line));
const textOf = lines => lines.map(line => JSON.stringify(line) + "\n").join("");
const clientOf = url => SchemaRegistryClient.newClient({ baseURLs: [url] });

const [verb, registry, topic] = process.argv.slice(2);
if (verb === "write" && topic !== undefined) {
    process.stdout.write(textOf(await documents(clientOf(registry), topic)));
} else if (verb === "read" && topic !== undefined) {
    const client = clientOf(registry), lines = [];
    for (const line of linesOf(readFileSync(0, "utf8"))) lines.push(await read(client, topic, line));
    process.stdout.write(textOf(lines));
} else if (verb === "golden") {
    const client = clientOf("mock://node"), file = join(here, "labels.jsonl"), lines = [];
    await client.register("labels-value", { schemaType: "AVRO", schema: JSON.stringify(prediction) }); // gets id 1, as the labels have it
    for (const line of linesOf(readFileSync(file, "utf8"))) lines.push({ ...line, read: await read(client, "labels", line) });
    writeFileSync(join(here, "documents.jsonl"), textOf(await documents(client, "tickets")));
    writeFileSync(file, textOf(lines));
} else {
    console.error("Give one of: write REGISTRY TOPIC, read REGISTRY TOPIC, golden");
    process.exit(2);
}
