// Sessions and inputs for graphs of a bundle, packed and padded.
import { createRequire } from "node:module";

export function runtime(job) {
  const ort = createRequire(import.meta.url)(job.runtime);
  const int32 = (values, ...shape) => new ort.Tensor("int32", Int32Array.from(values), shape);

  const create = (path) => ort.InferenceSession.create(path, {
    intraOpNumThreads: job.threads ?? 1, interOpNumThreads: 1, enableMemPattern: false,
    extra: { session: { set_denormal_as_zero: "1" }, optimization: { disable_specified_optimizers: "SkipLayerNormFusion" } },
  });

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

  return { ort, create, packed, padded };
}
