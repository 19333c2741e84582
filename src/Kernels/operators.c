// The operators sluice.PackedAttention and sluice.PackedClsAttention of the served graphs, as a custom-op library of ONNX Runtime:
// SessionOptions::RegisterCustomOpsLibrary finds RegisterCustomOps.
//
// In a graph both are functions of ONNX's own operators (training/attention.py), which any runtime expands; a session that has this library
// runs the kernel in their place.
//   PackedAttention:    qkv [T,3H], lengths [B], gather [B,S], scatter [T] -> context [T,H]
//   PackedClsAttention: q [B,H], k [T,H], v [T,H], lengths [B], gather [B,S] -> context [B,H]
// Rows are float32, places int32; gather and scatter are for the expansion only. Attribute heads: H is a multiple of it. The documents'
// rows follow one another.
#include <math.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "attention.h"
#include "onnxruntime_abi.h"

#define MAX_HEAD_SIZE 128 // of attention.h
#define MAX_HEADS 1024

// base comes first: ONNX Runtime hands the pointer back. cls_only: [CLS] alone asks. wide: the heads are shared out to the threads of the
// session.
typedef struct {
    OrtCustomOp base;
    int cls_only, wide;
} operator_of;

typedef struct {
    int64_t heads;
    int cls_only, wide;
} kernel;

// One call. Queries and context have a row for each token, or for each document where [CLS] alone asks; stride: floats from one row of
// queries, keys or values to the next.
typedef struct {
    const kernel *of;
    const float *queries, *keys, *values;
    float *context;
    const int32_t *lengths;
    int64_t stride, documents, tokens, rows, hidden;
    int32_t size;
    int failed;
} attention_run;

static const OrtApi *api;

static const operator_of *ours(const OrtCustomOp *op) { return (const operator_of *)op; }
static const char *name_of(const OrtCustomOp *op) { return ours(op)->cls_only ? "PackedClsAttention" : "PackedAttention"; }
static const char *provider_of(const OrtCustomOp *op) { (void)op; return NULL; } // the CPU's
static size_t inputs_of(const OrtCustomOp *op) { return ours(op)->cls_only ? 5 : 4; }
static int input_type_of(const OrtCustomOp *op, size_t index) { return index < (ours(op)->cls_only ? 3u : 1u) ? ORT_FLOAT : ORT_INT32; }
static size_t outputs_of(const OrtCustomOp *op) { (void)op; return 1; }
static int output_type_of(const OrtCustomOp *op, size_t index) { (void)op; (void)index; return ORT_FLOAT; }
static int required(const OrtCustomOp *op, size_t index) { (void)op; (void)index; return INPUT_OUTPUT_REQUIRED; }
static int memory_of(const OrtCustomOp *op, size_t index) { (void)op; (void)index; return ORT_MEMORY; }
static int first_version(const OrtCustomOp *op) { (void)op; return 1; }
static int last_version(const OrtCustomOp *op) { (void)op; return INT32_MAX; }

__attribute__((format(printf, 1, 2))) static OrtStatus *refuse(const char *format, ...) {
    char text[256];
    va_list values;
    va_start(values, format);
    vsnprintf(text, sizeof text, format, values);
    va_end(values);
    return api->CreateStatus(ORT_INVALID_ARGUMENT, text);
}

static OrtStatus *create(const OrtCustomOp *op, const OrtApi *unused, const OrtKernelInfo *info, void **made) {
    (void)unused;
    int64_t heads;
    OrtStatus *failure = api->KernelInfoGetAttribute_int64(info, "heads", &heads);
    if (failure) return failure;
    if (heads < 1 || heads > MAX_HEADS)
        return refuse("sluice.%s: heads is %lld, and must be 1 to %d", name_of(op), (long long)heads, MAX_HEADS);
    kernel *new = malloc(sizeof *new);
    if (!new) return api->CreateStatus(ORT_FAIL, "sluice: no memory for an operator");
    *new = (kernel){heads, ours(op)->cls_only, ours(op)->wide};
    *made = new;
    return NULL;
}

static void destroy(void *made) { free(made); }

// One head of one document; the kernel reads by lengths and looks at nothing else.
static void attend(attention_run *run, int64_t document, int64_t token, int64_t head) {
    const int32_t length = run->lengths[document], asking_count = run->of->cls_only ? 1 : length;
    const int64_t asking = run->of->cls_only ? document : token, column = head * run->size;
    const sluice_head one = {
        .queries = run->queries + asking * run->stride + column, .keys = run->keys + token * run->stride + column,
        .values = run->values + token * run->stride + column, .context = run->context + asking * run->hidden + column,
        .query_stride = run->stride, .stride = run->stride, .context_stride = run->hidden,
        .query_count = asking_count, .length = length, .size = run->size, .scale = 1.0f / sqrtf((float)run->size)};
    if (sluice_attend(&one)) __atomic_store_n(&run->failed, 1, __ATOMIC_RELAXED);
}

// Document after document, so that its rows stay near while all heads read them.
static void attend_all(attention_run *run) {
    for (int64_t document = 0, token = 0; document < run->documents; token += run->lengths[document++])
        for (int64_t head = 0; head < run->of->heads; head++) attend(run, document, token, head);
}

static void attend_head(void *run_of, size_t head) {
    attention_run *run = run_of;
    for (int64_t document = 0, token = 0; document < run->documents; token += run->lengths[document++])
        attend(run, document, token, (int64_t)head);
}

// The memory of an input, valid until the kernel returns, and its sizes; rank: how many it must have.
static OrtStatus *input(const OrtKernelContext *context, size_t index, int64_t *sizes, size_t rank, const void **data) {
    const OrtValue *value;
    OrtShape *shape;
    size_t found;
    OrtStatus *failure;
    if ((failure = api->KernelContext_GetInput(context, index, &value))) return failure;
    if ((failure = api->GetTensorTypeAndShape(value, &shape))) return failure;
    failure = api->GetDimensionsCount(shape, &found);
    if (!failure && found != rank) failure = refuse("sluice: input %zu has rank %zu, and %zu is needed", index, found, rank);
    if (!failure) failure = api->GetDimensions(shape, sizes, rank);
    api->ReleaseTensorTypeAndShapeInfo(shape);
    return failure ? failure : api->GetTensorMutableData((OrtValue *)value, (void **)data);
}

static OrtStatus *take_qkv(attention_run *run, const OrtKernelContext *context) {
    int64_t qkv[2];
    OrtStatus *failure;
    if ((failure = input(context, 0, qkv, 2, (const void **)&run->queries))) return failure;
    if ((failure = input(context, 1, &run->documents, 1, (const void **)&run->lengths))) return failure;
    run->hidden = qkv[1] / 3;
    if (3 * run->hidden != qkv[1])
        return refuse("sluice: qkv has %lld columns, and three times the hidden size are needed", (long long)qkv[1]);
    run->rows = run->tokens = qkv[0];
    run->stride = qkv[1];
    run->keys = run->queries + run->hidden;
    run->values = run->keys + run->hidden;
    return NULL;
}

static OrtStatus *take_cls(attention_run *run, const OrtKernelContext *context) {
    int64_t q[2], k[2], v[2];
    OrtStatus *failure;
    if ((failure = input(context, 0, q, 2, (const void **)&run->queries))) return failure;
    if ((failure = input(context, 1, k, 2, (const void **)&run->keys))) return failure;
    if ((failure = input(context, 2, v, 2, (const void **)&run->values))) return failure;
    if ((failure = input(context, 3, &run->documents, 1, (const void **)&run->lengths))) return failure;
    if (q[1] != k[1] || v[1] != k[1] || v[0] != k[0] || q[0] != run->documents)
        return refuse("sluice: queries [%lld,%lld], keys [%lld,%lld] and values [%lld,%lld] of %lld documents do not fit together",
                      (long long)q[0], (long long)q[1], (long long)k[0], (long long)k[1], (long long)v[0], (long long)v[1],
                      (long long)run->documents);
    run->rows = q[0];
    run->tokens = k[0];
    run->stride = run->hidden = k[1];
    return NULL;
}

static OrtStatus *check(attention_run *run) {
    const int64_t size = run->hidden / run->of->heads;
    if (size * run->of->heads != run->hidden || size % 16 || size < 1 || size > MAX_HEAD_SIZE)
        return refuse("sluice: %lld columns cannot be %lld heads: a head has a multiple of 16 columns, at most %d",
                      (long long)run->hidden, (long long)run->of->heads, MAX_HEAD_SIZE);
    run->size = (int32_t)size;
    int64_t sum = 0;
    for (int64_t document = 0; document < run->documents; document++) {
        if (run->lengths[document] < 1)
            return refuse("sluice: document %lld has %d tokens, and must have at least 1", (long long)document, run->lengths[document]);
        sum += run->lengths[document];
    }

    if (sum == run->tokens) return NULL;
    return refuse("sluice: the documents have %lld tokens together, and there are rows for %lld", (long long)sum, (long long)run->tokens);
}

static OrtStatus *compute(void *of, OrtKernelContext *context) {
    attention_run run = {.of = of};
    OrtValue *output;
    OrtStatus *failure = run.of->cls_only ? take_cls(&run, context) : take_qkv(&run, context);
    if (failure || (failure = check(&run))) return failure;
    const int64_t sizes[2] = {run.rows, run.hidden};
    if ((failure = api->KernelContext_GetOutput(context, 0, sizes, 2, &output))) return failure;
    if ((failure = api->GetTensorMutableData(output, (void **)&run.context))) return failure;
    if (!run.of->wide) attend_all(&run);
    else if ((failure = api->KernelContext_ParallelFor(context, attend_head, (size_t)run.of->heads, 0, &run))) return failure;
    return run.failed ? api->CreateStatus(ORT_FAIL, "sluice: no memory for attention's scratch, some 100 bytes a token and float of a head")
                      : NULL;
}

#define OPERATOR(is_cls_only, is_wide)                                                                                         \
    {{.version = SLUICE_API, .GetName = name_of, .GetExecutionProviderType = provider_of, .GetInputType = input_type_of,       \
      .GetInputTypeCount = inputs_of, .GetOutputType = output_type_of, .GetOutputTypeCount = outputs_of, .KernelDestroy = destroy, \
      .GetInputCharacteristic = required, .GetOutputCharacteristic = required, .GetInputMemoryType = memory_of,                \
      .CreateKernelV2 = create, .KernelComputeV2 = compute, .GetStartVersion = first_version, .GetEndVersion = last_version},  \
     is_cls_only, is_wide}

static const operator_of operators[2][2] = {{OPERATOR(0, 0), OPERATOR(1, 0)}, {OPERATOR(0, 1), OPERATOR(1, 1)}};

// Called by ONNX Runtime once for each SessionOptions that names this library. With the config entry sluice.wide, whatever it says, the
// heads are shared out to the session's threads.
// A runtime that is too old, and a CPU without AVX2, get no operator: the graphs' own functions run. Domains must outlive all sessions, so
// both are kept.
SLUICE_EXPORT OrtStatus *RegisterCustomOps(OrtSessionOptions *options, const OrtApiBase *base) {
    static OrtCustomOpDomain *domains[2];
    static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
    int wide = 0;
    OrtStatus *failure = NULL;
    if (sluice_level() == 0) return NULL;
    pthread_mutex_lock(&gate);
    const OrtApi *offered = api ? api : base->GetApi(SLUICE_API);
    if (offered) {
        api = offered;
        failure = api->HasSessionConfigEntry(options, "sluice.wide", &wide);
        if (!failure && !domains[wide]) {
            OrtCustomOpDomain *made;
            failure = api->CreateCustomOpDomain("sluice", &made);
            for (int cls_only = 0; cls_only < 2 && !failure; cls_only++)
                failure = api->CustomOpDomain_Add(made, &operators[wide][cls_only].base);
            if (!failure) domains[wide] = made;
        }
    }

    pthread_mutex_unlock(&gate);
    return failure || !offered ? failure : api->AddCustomOpDomain(options, domains[wide]);
}

// One of an arena's figures in bytes (OrtAllocator::GetStats in the header names them): the managed interface has no way to ask. -1 where
// nobody can tell.
SLUICE_EXPORT int64_t sluice_arena_figure(const OrtAllocator *arena, const char *name) {
    OrtKeyValuePairs *figures;
    if (!api) return -1;
    OrtStatus *failure = api->AllocatorGetStats(arena, &figures);
    if (failure) {
        api->ReleaseStatus(failure);
        return -1;
    }

    const char *text = api->GetKeyValue(figures, name);
    const int64_t bytes = text ? strtoll(text, NULL, 10) : -1;
    api->ReleaseKeyValuePairs(figures);
    return bytes;
}
