// Runs graphs of a bundle in ONNX Runtime: node run_graphs.mjs JOB.json
// JOB: {"runtime": folder of onnxruntime-node, "graph": path, "documents": [[ids]...], "batches": [[document numbers]...], "out": path}
// Writes float32 logits, C to a document, in the order of `documents`. Packed and padded graphs are told apart by their inputs.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";

const job = JSON.parse(readFileSync(process.argv[2], "utf8"));
const ort = createRequire(import.meta.url)(job.runtime);
const session = await ort.InferenceSession.create(job.graph, {
  intraOpNumThreads: job.threads ?? 1, interOpNumThreads: 1, enableMemPattern: false,
  extra: { session: { set_denormal_as_zero: "1" }, optimization: { disable_specified_optimizers: "SkipLayerNormFusion" } },
});
const int32 = (values, ...shape) => new ort.Tensor("int32", Int32Array.from(values), shape);

function packed(documents) {
  const lengths = documents.map((d) => d.length), widest = Math.max(...lengths);
  const starts = [], positions = [], gather = [], scatter = [];
  let row = 0;
  documents.forEach((d, b) => {
    starts.push(row);
    for (let s = 0; s < widest; s++) gather.push(s < d.length ? row + s : 0);
    for (let s = 0; s < d.length; s++) { positions.push(s); scatter.push(b * widest + s); }
    row += d.length;
  });
  const n = documents.length;
  return { ids: int32(documents.flat(), row), positions: int32(positions, row), gather: int32(gather, n, widest),
           scatter: int32(scatter, row), lengths: int32(lengths, n), cls: int32(starts, n) };
}

function padded(documents) {
  const lengths = documents.map((d) => d.length), widest = Math.max(...lengths);
  const ids = documents.flatMap((d) => [...d, ...Array(widest - d.length).fill(0)]);
  return { input_ids: int32(ids, documents.length, widest), lengths: int32(lengths, documents.length) };
}

const shape = session.inputNames.includes("gather") ? packed : padded;
let logits = null, classes = 0;
for (const batch of job.batches) {
  const result = (await session.run(shape(batch.map((n) => job.documents[n])))).logits;
  classes = result.dims[1];
  logits ??= new Float32Array(job.documents.length * classes);
  batch.forEach((n, b) => logits.set(result.data.subarray(b * classes, (b + 1) * classes), n * classes));
}
writeFileSync(job.out, logits);
