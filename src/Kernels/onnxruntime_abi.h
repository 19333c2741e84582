// The part of ONNX Runtime's C interface that operators.c uses, as an ABI: the function table's entries each at its index, and struct
// OrtCustomOp's members in their order.
// Entries are only ever added at the end of either, so what is asked for by SLUICE_API stays where it is. KernelAbiTests holds both against
// onnxruntime_c_api.h of the package.
#ifndef SLUICE_ONNXRUNTIME_ABI_H
#define SLUICE_ONNXRUNTIME_ABI_H

#include <stddef.h>
#include <stdint.h>

#define SLUICE_API 24 // ONNX Runtime 1.24 and newer offer it. The newest number would make an older one run without our operators.

enum { ORT_FAIL = 1, ORT_INVALID_ARGUMENT = 2 };    // OrtErrorCode
enum { ORT_FLOAT = 1, ORT_INT32 = 6 };              // ONNXTensorElementDataType
enum { INPUT_OUTPUT_REQUIRED = 0, ORT_MEMORY = 0 }; // OrtCustomOpInputOutputCharacteristic, OrtMemTypeDefault

typedef struct OrtStatus OrtStatus; // null where a call went well, else owned by whoever receives it
typedef struct OrtValue OrtValue;
typedef struct OrtShape OrtShape; // OrtTensorTypeAndShapeInfo
typedef struct OrtAllocator OrtAllocator;
typedef struct OrtKeyValuePairs OrtKeyValuePairs;
typedef struct OrtKernelInfo OrtKernelInfo;
typedef struct OrtKernelContext OrtKernelContext;
typedef struct OrtSessionOptions OrtSessionOptions;
typedef struct OrtCustomOpDomain OrtCustomOpDomain;
typedef struct OrtCustomOp OrtCustomOp;

#define ENTRY(index, type, name, ...) struct { void *before_##name[index]; type (*name)(__VA_ARGS__); };

typedef union OrtApi {
    ENTRY(0, OrtStatus *, CreateStatus, int code, const char *message)
    ENTRY(26, OrtStatus *, CreateCustomOpDomain, const char *domain, OrtCustomOpDomain **made)
    ENTRY(27, OrtStatus *, CustomOpDomain_Add, OrtCustomOpDomain *domain, const OrtCustomOp *op)
    ENTRY(28, OrtStatus *, AddCustomOpDomain, OrtSessionOptions *options, OrtCustomOpDomain *domain)
    ENTRY(51, OrtStatus *, GetTensorMutableData, OrtValue *value, void **data)
    ENTRY(61, OrtStatus *, GetDimensionsCount, const OrtShape *shape, size_t *count)
    ENTRY(62, OrtStatus *, GetDimensions, const OrtShape *shape, int64_t *sizes, size_t count)
    ENTRY(65, OrtStatus *, GetTensorTypeAndShape, const OrtValue *value, OrtShape **shape)
    ENTRY(86, OrtStatus *, KernelInfoGetAttribute_int64, const OrtKernelInfo *info, const char *name, int64_t *value)
    ENTRY(90, OrtStatus *, KernelContext_GetInput, const OrtKernelContext *context, size_t index, const OrtValue **value)
    ENTRY(91, OrtStatus *, KernelContext_GetOutput, OrtKernelContext *context, size_t index, const int64_t *sizes, size_t count,
          OrtValue **value)
    ENTRY(93, void, ReleaseStatus, OrtStatus *status)
    ENTRY(99, void, ReleaseTensorTypeAndShapeInfo, OrtShape *shape)
    ENTRY(237, OrtStatus *, HasSessionConfigEntry, const OrtSessionOptions *options, const char *key, int *has)
    ENTRY(274, OrtStatus *, KernelContext_ParallelFor, const OrtKernelContext *context, void (*task)(void *, size_t), size_t count,
          size_t threads, void *data)
    ENTRY(297, const char *, GetKeyValue, const OrtKeyValuePairs *pairs, const char *key)
    ENTRY(300, void, ReleaseKeyValuePairs, OrtKeyValuePairs *pairs)
    ENTRY(319, OrtStatus *, AllocatorGetStats, const OrtAllocator *allocator, OrtKeyValuePairs **pairs)
} OrtApi;

typedef struct {
    const OrtApi *(*GetApi)(uint32_t version);
    const char *(*GetVersionString)(void);
} OrtApiBase;

// Members that stay null are not used: inputs and outputs are all there (no optional and no variadic ones), lie on the CPU, and share no
// memory.
struct OrtCustomOp {
    uint32_t version;
    void *CreateKernel;
    const char *(*GetName)(const OrtCustomOp *op);
    const char *(*GetExecutionProviderType)(const OrtCustomOp *op);
    int (*GetInputType)(const OrtCustomOp *op, size_t index);
    size_t (*GetInputTypeCount)(const OrtCustomOp *op);
    int (*GetOutputType)(const OrtCustomOp *op, size_t index);
    size_t (*GetOutputTypeCount)(const OrtCustomOp *op);
    void *KernelCompute;
    void (*KernelDestroy)(void *kernel);
    int (*GetInputCharacteristic)(const OrtCustomOp *op, size_t index);
    int (*GetOutputCharacteristic)(const OrtCustomOp *op, size_t index);
    int (*GetInputMemoryType)(const OrtCustomOp *op, size_t index);
    void *GetVariadicInputMinArity;
    void *GetVariadicInputHomogeneity;
    void *GetVariadicOutputMinArity;
    void *GetVariadicOutputHomogeneity;
    OrtStatus *(*CreateKernelV2)(const OrtCustomOp *op, const OrtApi *api, const OrtKernelInfo *info, void **kernel);
    OrtStatus *(*KernelComputeV2)(void *kernel, OrtKernelContext *context);
    void *InferOutputShapeFn;
    int (*GetStartVersion)(const OrtCustomOp *op);
    int (*GetEndVersion)(const OrtCustomOp *op);
    void *GetMayInplace;
    void *ReleaseMayInplace;
    void *GetAliasMap;
    void *ReleaseAliasMap;
};

#endif
