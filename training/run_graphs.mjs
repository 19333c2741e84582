// Runs a graph of a bundle in ONNX Runtime: node run_graphs.mjs JOB.json
// JOB: {"runtime": folder of onnxruntime-node, "graph": path, "documents": [[ids]...], "batches": [[document numbers]...], "out": path, "output": name}
// Writes the float32 output of that name, as many columns to a document as it has, in the order of `documents`. Packed and padded graphs are
// told apart by their inputs.
import { readFileSync, writeFileSync } from "node:fs";
import { runtime } from "./feeds.mjs";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { create, packed, padded } = runtime(job);
const session = await create(job.graph);
const shape = session.inputNames.includes("gather") ? packed : padded;
let rows = null, columns = 0;
for (const batch of job.batches) {
  const result = (await session.run(shape(batch.map((n) => job.documents[n]))))[job.output];
  columns = result.dims[1];
  rows ??= new Float32Array(job.documents.length * columns);
  batch.forEach((n, b) => rows.set(result.data.subarray(b * columns, (b + 1) * columns), n * columns));
}
writeFileSync(job.out, rows);
