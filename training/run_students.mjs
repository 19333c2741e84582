// Runs a bundle's student group in ONNX Runtime: node run_students.mjs JOB.json
// JOB: as for run_graphs.mjs, but "students": [paths] and "heads": [paths] in place of "graph" and "output".
// Writes float32 [documents, prefixes x labels]: for each document, in order, the logits of every prefix.
import { readFileSync, writeFileSync } from "node:fs";
import { runtime } from "./feeds.mjs";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { ort, create, packed } = runtime(job);
const students = await Promise.all(job.students.map(create)), heads = await Promise.all(job.heads.map(create));

let rows = null, labels = 0;
for (const batch of job.batches) {
  const feeds = packed(batch.map((n) => job.documents[n]));
  let sum = null;
  for (const [k, student] of students.entries()) {
    const { features } = await student.run(feeds);
    sum = sum ? sum.map((x, i) => Math.fround(x + features.data[i])) : Float32Array.from(features.data);
    const { logits } = await heads[k].run({ features: new ort.Tensor("float32", sum, features.dims) });
    labels = logits.dims[1];
    rows ??= new Float32Array(job.documents.length * students.length * labels);
    batch.forEach((n, b) => rows.set(logits.data.subarray(b * labels, (b + 1) * labels), (n * students.length + k) * labels));
  }
}
writeFileSync(job.out, rows);
